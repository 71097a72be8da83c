//! The record batches of an Arrow file, one after another.
//!
//! The footer is read here, and each batch by the decoder of arrow-ipc. That crate's own reader is not used: it reads dictionaries,
//! which no table of results has, and with them comes code for joining arrays of every type, two megabytes of it.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::{Buffer, MutableBuffer};
use arrow_ipc::reader::FileDecoder;
use arrow_ipc::writer::FileWriter;
use arrow_ipc::{Block, convert, root_as_footer};
use arrow_schema::{ArrowError, SchemaRef};

/// Why a file is no Arrow file.
pub(super) enum Unreadable {
    /// The disk refuses.
    Io(io::Error),
    /// What is wrong with its frame.
    Frame(String),
    /// What arrow-ipc says of it.
    Arrow(ArrowError),
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The record batches of a file.
pub(super) struct RecordBatches<R> {
    source: R,
    schema: SchemaRef,
    decoder: FileDecoder,
    blocks: std::vec::IntoIter<Block>,
}

impl<R: Read + Seek> RecordBatches<R> {
    /// Reads the footer of a file. A file whose blocks would not lie within it is refused here: room is made for a block before
    /// it is read, and there may be no such room.
    pub(super) fn open(mut source: R) -> Result<Self, Unreadable> {
        let frame = |cause: &str| Unreadable::Frame(cause.to_owned());
        let size = source.seek(SeekFrom::End(0))?;
        // At the end: the footer, its length, the mark ARROW1.
        let mut end = [0; 10];
        let start = size.checked_sub(10).ok_or_else(|| frame("it is too short"))?;
        source.seek(SeekFrom::Start(start))?;
        source.read_exact(&mut end)?;
        let [a, b, c, d, mark @ ..] = end;
        let length = u32::from_le_bytes([a, b, c, d]);
        let begin = start
            .checked_sub(u64::from(length))
            .filter(|_| &mark == b"ARROW1")
            .ok_or_else(|| frame("it has no footer"))?;
        let mut footer = vec![0; length as usize];
        source.seek(SeekFrom::Start(begin))?;
        source.read_exact(&mut footer)?;
        let footer =
            root_as_footer(&footer).map_err(|e| Unreadable::Frame(format!("its footer is damaged: {e}")))?;
        let blocks: Vec<Block> = footer.recordBatches().into_iter().flatten().copied().collect();
        if blocks.iter().any(|block| !lies_within(block, size)) {
            return Err(frame("a block lies outside of the file"));
        }
        let parse = |text: &str| Unreadable::Arrow(ArrowError::ParseError(text.to_owned()));
        let schema = footer.schema().ok_or_else(|| parse("Unable to get schema from IPC Footer"))?;
        if !schema.endianness().equals_to_target_endianness() {
            return Err(parse("its numbers are in another order of bytes"));
        }
        let schema = Arc::new(convert::try_fb_to_schema(schema).map_err(Unreadable::Arrow)?);
        let decoder = FileDecoder::new(Arc::clone(&schema), footer.version());
        Ok(Self { source, schema, decoder, blocks: blocks.into_iter() })
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn read(&mut self, block: &Block) -> Result<Option<RecordBatch>, ArrowError> {
        let offset = u64::try_from(block.offset()).unwrap_or(u64::MAX);
        self.source.seek(SeekFrom::Start(offset))?;
        // It lies within the file, so its length is a number of bytes.
        let length = i64::from(block.metaDataLength()).saturating_add(block.bodyLength());
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let mut bytes = MutableBuffer::try_from_len_zeroed(length)
            .map_err(|error| ArrowError::MemoryError(error.to_string()))?;
        self.source.read_exact(&mut bytes)?;
        self.decoder.read_record_batch(block, &Buffer::from(bytes))
    }
}

impl<R: Read + Seek> Iterator for RecordBatches<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.blocks.next()?;
        self.read(&block).transpose()
    }
}

/// Whether a block has room for the marks of its message and lies in a file of this size.
fn lies_within(block: &Block, size: u64) -> bool {
    let numbers = [block.offset(), i64::from(block.metaDataLength()), block.bodyLength()];
    let end = numbers.into_iter().try_fold(0_u64, |sum, n| sum.checked_add(u64::try_from(n).ok()?));
    block.metaDataLength() >= 8 && end.is_some_and(|end| end <= size)
}

/// A record batch as the bytes of an Arrow file: for other processes.
///
/// # Errors
/// [`ArrowError`] for types that no table of results has.
pub fn batch_to_bytes(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut bytes = Vec::new();
    let mut writer = FileWriter::try_new(&mut bytes, batch.schema_ref())?;
    writer.write(batch)?;
    writer.finish()?;
    drop(writer);
    Ok(bytes)
}

/// The record batch that [`batch_to_bytes`] gave as bytes.
///
/// ```
/// use te_core::{Cells, Column, Frame};
/// use te_output::{batch_from_bytes, batch_to_bytes, record_batch};
///
/// let batch = record_batch(Frame::new(vec![Column::new("price", Cells::F64(vec![1.0, 2.5]))])?)?;
/// assert_eq!(batch_from_bytes(&batch_to_bytes(&batch)?)?, batch);
/// assert!(batch_from_bytes(b"no table").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ArrowError`] where they are no Arrow file.
pub fn batch_from_bytes(bytes: &[u8]) -> Result<RecordBatch, ArrowError> {
    let mut batches = RecordBatches::open(Cursor::new(bytes)).map_err(|unreadable| match unreadable {
        Unreadable::Io(error) => ArrowError::from(error),
        Unreadable::Frame(cause) => ArrowError::ParseError(cause),
        Unreadable::Arrow(error) => error,
    })?;
    let empty = RecordBatch::new_empty(Arc::clone(batches.schema()));
    Ok(batches.next().transpose()?.unwrap_or(empty))
}
