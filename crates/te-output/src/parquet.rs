//! Parquet files, written while the run goes and read back.
//!
//! Each column keeps its kind: `f64` DOUBLE, `i64` and `u64` INT64, `bool` BOOLEAN, `Decimal` fixed-length bytes with
//! logical type DECIMAL, text UTF-8 strings. A `u64` column is signed like any other whole number, so that a difference of
//! two of them may be negative wherever it is taken; only one that holds a number of 2^63 or more has the logical type
//! `UINT_64`. Cells that may be absent make an optional column. Kinds, units and docs stand in the file metadata as JSON under
//! [`COLUMNS_KEY`], beside what the caller gives (the manifest under [`MANIFEST_KEY`](crate::MANIFEST_KEY)), and with the
//! feature `arrow` also where Arrow's readers look for them: as metadata of the fields under `ARROW:schema`.
//!
//! Rows are written in groups of exactly [`GROUP_ROWS`], however the frames were cut, so that the same rows
//! give the same bytes; a writer holds at most one group and the frame that is being written. Which cells
//! may be absent, which decimals need how many places, and which columns repeat their values is read from
//! the first group. Where a later group needs more (an absent cell, a longer decimal), the groups already
//! written are copied once into a wider file; nothing is rounded and nothing refused.

#[cfg(feature = "arrow")]
mod arrow_schema;
pub(crate) mod layout;
mod read;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::basic::{Compression as Packed, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::ColumnPath;
use te_core::Frame;

use crate::blocks::{self, Blocks, Part};
use crate::columns::{self, COLUMNS_KEY, ColumnSpec};
use crate::whole_file::WholeFile;
use crate::{Compression, OutputError, Written};

pub use crate::blocks::GROUP_ROWS;
use layout::Layout;
pub(crate) use read::ParquetReader;

const FORMAT: &str = "Parquet";

/// Writes frames of the same columns to one Parquet file.
pub struct ParquetWriter {
    whole: WholeFile,
    columns: Vec<ColumnSpec>,
    metadata: Vec<(String, String)>,
    compression: Compression,
    blocks: Blocks,
    rows: u64,
    open: Option<Open>,
}

/// The file once the first group has decided its layout.
struct Open {
    layout: Vec<Layout>,
    writer: SerializedFileWriter<File>,
}

impl ParquetWriter {
    /// Opens a file whose columns are those of `schema` (its rows, if any, are not written).
    ///
    /// # Errors
    /// [`OutputError`] where the folder is missing or not writable, or a column has no Parquet form.
    pub fn create(
        path: impl AsRef<Path>,
        schema: &Frame,
        metadata: &[(String, String)],
    ) -> Result<Self, OutputError> {
        let path = path.as_ref();
        let columns = ColumnSpec::of(schema, path, FORMAT)?;
        let described = serde_json::to_string(&columns)
            .map_err(|e| OutputError::Encoding { what: "the columns", cause: e.to_string() })?;
        let mut metadata = metadata.to_vec();
        metadata.push((COLUMNS_KEY.to_owned(), described));
        Ok(Self {
            whole: WholeFile::create(path)?,
            columns,
            metadata,
            compression: Compression::default(),
            blocks: Blocks::of(GROUP_ROWS),
            rows: 0,
            open: None,
        })
    }

    /// The same file packed in another way.
    #[must_use]
    pub fn compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Appends the rows of `frame`.
    ///
    /// # Errors
    /// [`OutputError`] where the columns differ from the schema's or the disk refuses.
    pub fn write(&mut self, frame: &Frame) -> Result<(), OutputError> {
        columns::check(self.whole.path(), &self.columns, frame)?;
        let mut blocks = std::mem::replace(&mut self.blocks, Blocks::of(GROUP_ROWS));
        let result = blocks.push(frame, |parts| self.group(parts));
        self.blocks = blocks;
        result
    }

    /// Writes what is pending and the footer, brings the file to the disk and gives it its name.
    ///
    /// # Errors
    /// [`OutputError`]; no file of the final name is then left behind by this writer.
    pub fn finish(mut self) -> Result<Written, OutputError> {
        let rest = self.blocks.rest();
        let parts = blocks::whole(&rest);
        if parts.is_empty() && self.open.is_some() {
            // The last block was full.
        } else if parts.is_empty() {
            self.open(&parts)?;
        } else {
            self.group(&parts)?;
        }
        let path = self.path();
        if let Some(open) = self.open.take() {
            open.writer.close().map_err(|e| OutputError::parquet("write", &path, e))?;
        }
        let bytes = self.whole.commit()?;
        Ok(Written { path, rows: self.rows, bytes })
    }

    fn path(&self) -> PathBuf {
        self.whole.path().to_path_buf()
    }

    fn group(&mut self, parts: &[Part<'_>]) -> Result<(), OutputError> {
        if self.open.is_none() {
            self.open(parts)?;
        } else {
            self.widen(parts)?;
        }
        let path = self.path();
        if let Some(open) = &mut self.open {
            write_group(open, parts).map_err(|e| OutputError::parquet("write", &path, e))?;
        }
        self.rows += parts.iter().map(|(_, range)| range.len() as u64).sum::<u64>();
        Ok(())
    }

    fn open(&mut self, parts: &[Part<'_>]) -> Result<(), OutputError> {
        let layout =
            self.columns.iter().enumerate().map(|(i, spec)| Layout::covering(spec.kind, i, parts)).collect();
        self.open = Some(self.start(layout)?);
        Ok(())
    }

    fn start(&self, layout: Vec<Layout>) -> Result<Open, OutputError> {
        let fail = |e| OutputError::parquet("write", self.whole.path(), e);
        let schema = layout::schema(&self.columns, &layout).map_err(fail)?;
        let mut metadata = self.metadata.clone();
        #[cfg(feature = "arrow")]
        metadata.push(arrow_schema::entry(&self.columns, &layout));
        let mut properties = WriterProperties::builder()
            .set_compression(match self.compression {
                Compression::Zstd => Packed::ZSTD(ZstdLevel::default()),
                Compression::Snappy => Packed::SNAPPY,
                Compression::None => Packed::UNCOMPRESSED,
            })
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_created_by(concat!("te-output ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_key_value_metadata(Some(
                metadata.drain(..).map(|(key, value)| KeyValue::new(key, value)).collect(),
            ));
        for (spec, layout) in self.columns.iter().zip(&layout) {
            let column = ColumnPath::new(vec![spec.name.clone()]);
            properties = properties
                .set_column_encoding(column.clone(), layout.encoding())
                .set_column_dictionary_enabled(column, layout.repeats);
        }
        let file = self.whole.handle()?;
        let writer =
            SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties.build())).map_err(fail)?;
        Ok(Open { layout, writer })
    }

    /// Copies the groups written so far into a wider file where the open one cannot hold `parts`.
    fn widen(&mut self, parts: &[Part<'_>]) -> Result<(), OutputError> {
        let Some(open) = &self.open else { return Ok(()) };
        let wider: Vec<Layout> =
            open.layout.iter().enumerate().map(|(i, layout)| layout.widened(i, parts)).collect();
        if wider == open.layout {
            return Ok(());
        }
        let path = self.path();
        if let Some(open) = self.open.take() {
            open.writer.close().map_err(|e| OutputError::parquet("write", &path, e))?;
        }
        let replacement = WholeFile::create(&path)?;
        let old = std::mem::replace(&mut self.whole, replacement);
        let mut open = self.start(wider)?;
        for frame in ParquetReader::open(old.temporary_path())? {
            let frame = frame?;
            write_group(&mut open, &[(&frame, 0..frame.rows())])
                .map_err(|e| OutputError::parquet("write", &path, e))?;
        }
        self.open = Some(open);
        Ok(())
    }
}

fn write_group(open: &mut Open, parts: &[Part<'_>]) -> Result<(), ParquetError> {
    let mut group = open.writer.next_row_group()?;
    for (i, layout) in open.layout.iter().enumerate() {
        let Some(mut writer) = group.next_column()? else {
            return Err(ParquetError::General(format!("no column {i} in the schema")));
        };
        for (frame, range) in parts {
            if let Some(column) = frame.columns().get(i) {
                layout.write(writer.untyped(), column, range.clone())?;
            }
        }
        writer.close()?;
    }
    group.close().map(|_| ())
}
