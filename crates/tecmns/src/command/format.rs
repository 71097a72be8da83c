//! Formats and compressions by name.

use te_output::{Compression, Format};

pub(super) fn parse_format(text: &str) -> Result<Format, String> {
    let found = Format::all().iter().find(|f| f.extension() == text);
    found.copied().ok_or_else(|| {
        let all: Vec<&str> = Format::all().iter().map(|f| f.extension()).collect();
        format!("there are {}", all.join(", "))
    })
}

pub(super) fn parse_compression(text: &str) -> Result<Compression, String> {
    let found = Compression::ALL.into_iter().find(|c| c.name() == text);
    found.ok_or_else(|| format!("there are {}", Compression::ALL.map(Compression::name).join(", ")))
}
