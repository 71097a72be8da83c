//! Units and docs where readers of Arrow's dialect of Parquet look for them.
//!
//! The file metadata `ARROW:schema` holds an Arrow schema: the IPC message of it after the marker `ff ff ff ff` and its length,
//! in base64. Its fields carry the metadata `unit` and `doc`, as those of our Arrow files do.

use std::sync::Arc;

use arrow_ipc::writer::{DictionaryTracker, IpcDataGenerator, IpcWriteOptions};
use arrow_schema::Schema;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::layout::Layout;
use crate::arrow::{data_type, field};
use crate::columns::ColumnSpec;

/// Key and text of the metadata entry for these columns.
pub(super) fn entry(columns: &[ColumnSpec], layout: &[Layout]) -> (String, String) {
    let fields = columns.iter().zip(layout).map(|(spec, layout)| {
        let kind = data_type(layout.kind, layout.decimal, layout.unsigned);
        Arc::new(field(spec, kind, layout.optional))
    });
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let mut dictionaries = DictionaryTracker::new(true);
    let message = IpcDataGenerator::default()
        .schema_to_bytes_with_dictionary_tracker(&schema, &mut dictionaries, &IpcWriteOptions::default())
        .ipc_message;
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let mut bytes = vec![0xff; 4];
    bytes.extend(length.to_le_bytes());
    bytes.extend(message);
    ("ARROW:schema".to_owned(), STANDARD.encode(bytes))
}
