//! The content hash of a set of files.
//!
//! ```text
//! line(file) = hex(sha256(bytes of the file)) + "  " + path + "\n"
//! digest     = "h1:" + base64(sha256(line(f1) + line(f2) + …)),  files in bytewise order of path
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | path | path inside the subtree, `/` between parts, Unicode NFC | text |
//! | bytes | the file as git stores it: no filters, no line-end conversion | bytes |
//!
//! The lines are what `sha256sum` prints, so the hash can be checked with coreutils alone.
//! Executable bits, dates, owners and empty directories are outside the hash; symbolic links and
//! submodules cannot be expressed in it and are refused by everything that makes a [`Listing`].
//!
//! Source: the `h1` directory hash of Go's `golang.org/x/mod/sumdb/dirhash`, with paths relative
//! to the subtree in place of `module@version/` prefixes.
//!
//! Invariants: a listing is sorted, has no two paths equal under case folding, and its digest
//! depends on nothing but paths and bytes.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::path;
use crate::path::PathError;

/// A SHA-256 sum, written `h1:` and base64.
///
/// ```
/// use te_netlist::Digest;
///
/// let digest: Digest = "h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=".parse()?;
/// assert_eq!(digest.to_string(), "h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=");
/// assert!(digest.to_hex().starts_with("2f35fb85e7c9bcbe"));
/// assert!("h1:short".parse::<Digest>().is_err());
/// # Ok::<(), te_netlist::DigestError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of the text of sorted lines: SHA-256 of exactly these bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(sha256(bytes))
    }

    /// A digest from its 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, as one would publish them.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hexadecimal digits: the form used for folder names.
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "h1:{}", STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no `h1:` hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no hash: a hash is `h1:` and 44 characters of base64")]
#[non_exhaustive]
pub struct DigestError {
    /// The text, at most 80 characters of it.
    pub text: String,
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || DigestError { text: text.chars().take(80).collect() };
        let encoded = text.strip_prefix("h1:").ok_or_else(refused)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| refused())?;
        let digest = Self(bytes.try_into().map_err(|_| refused())?);
        // One hash has one spelling.
        if digest.to_string() == text { Ok(digest) } else { Err(refused()) }
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal digits of bytes.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.extend(DIGITS.get(usize::from(nibble)));
        }
    }
    text
}

/// One file of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSum {
    /// Path inside the subtree, `/` between parts.
    pub path: String,
    /// SHA-256 of the file's bytes.
    pub sha256: [u8; 32],
    /// Length of the file, in bytes; 0 where only the sum is known.
    pub bytes: u64,
}

impl FileSum {
    /// The sum of a file's bytes.
    pub fn of(path: impl Into<String>, content: &[u8]) -> Self {
        Self { path: path.into(), sha256: sha256(content), bytes: content.len() as u64 }
    }
}

/// How one file differs between two listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// In both, with different bytes.
    Changed,
    /// Only in the second.
    Added,
    /// Only in the first.
    Removed,
}

/// A file that differs, with how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Path inside the subtree.
    pub path: String,
    /// How it differs.
    pub change: Change,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.change {
            Change::Changed => "changed",
            Change::Added => "added",
            Change::Removed => "removed",
        };
        write!(f, "{} ({word})", self.path)
    }
}

/// The files of a subtree with their sums, in bytewise order of path.
///
/// ```
/// use te_netlist::{FileSum, Listing};
///
/// let go_mod = b"module \"rsc.io/quote\"\n\nrequire \"rsc.io/sampler\" v1.3.0\n";
/// let listing = Listing::new(vec![FileSum::of("go.mod", go_mod)])?;
/// // The line for rsc.io/quote v1.5.2/go.mod in every go.sum that needs it.
/// assert_eq!(listing.digest().to_string(), "h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=");
///
/// let two = vec![FileSum::of("A.rs", b""), FileSum::of("a.rs", b"")];
/// let refused = Listing::new(two).unwrap_err().to_string();
/// assert_eq!(refused, "`A.rs` and `a.rs` are one name where case does not count");
/// # Ok::<(), te_netlist::PathError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    files: Vec<FileSum>,
}

impl Listing {
    /// Sorts the files and checks their paths.
    ///
    /// # Errors
    /// [`PathError`] for a path that the digest refuses, and for two paths that are equal or
    /// equal under case folding.
    pub fn new(mut files: Vec<FileSum>) -> Result<Self, PathError> {
        files.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
        path::check_paths(files.iter().map(|file| file.path.as_str()))?;
        Ok(Self { files })
    }

    /// The files in order.
    pub fn files(&self) -> &[FileSum] {
        &self.files
    }

    /// Sum of the files' lengths, in bytes.
    pub fn total_bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.bytes))
    }

    /// The sorted lines that the digest is taken of.
    pub fn lines(&self) -> String {
        let mut text = String::with_capacity(self.files.len() * 96);
        for file in &self.files {
            text.push_str(&hex(&file.sha256));
            text.push_str("  ");
            text.push_str(&file.path);
            text.push('\n');
        }
        text
    }

    /// The content hash: SHA-256 of [`Listing::lines`].
    pub fn digest(&self) -> Digest {
        Digest::of_bytes(self.lines().as_bytes())
    }

    /// Reads lines back.
    ///
    /// # Errors
    /// [`PathError::Lines`] where the text is not what [`Listing::lines`] writes.
    pub fn from_lines(text: &str) -> Result<Self, PathError> {
        let mut files = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let refused = || PathError::Lines { line: index + 1 };
            let (sum, path) = line.split_once("  ").ok_or_else(refused)?;
            let sha256 = unhex(sum).ok_or_else(refused)?;
            files.push(FileSum { path: path.to_owned(), sha256, bytes: 0 });
        }
        let listing = Self::new(files)?;
        if listing.lines() == text { Ok(listing) } else { Err(PathError::Lines { line: 1 }) }
    }

    /// The files that differ from this listing to `other`, in order of path.
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut push = |path: &str, change| {
            found.push(Difference { path: path.to_owned(), change });
        };
        let (mut left, mut right) = (self.files.iter().peekable(), other.files.iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (Some(a), Some(b)) => match a.path.as_bytes().cmp(b.path.as_bytes()) {
                    std::cmp::Ordering::Equal => {
                        if a.sha256 != b.sha256 {
                            push(&a.path, Change::Changed);
                        }
                        left.next();
                        right.next();
                    }
                    std::cmp::Ordering::Less => {
                        push(&a.path, Change::Removed);
                        left.next();
                    }
                    std::cmp::Ordering::Greater => {
                        push(&b.path, Change::Added);
                        right.next();
                    }
                },
                (Some(a), None) => {
                    push(&a.path, Change::Removed);
                    left.next();
                }
                (None, Some(b)) => {
                    push(&b.path, Change::Added);
                    right.next();
                }
                (None, None) => return found,
            }
        }
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || text.bytes().any(|b| !matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}
