//! Where a repository lies and which commit of it is meant.
//!
//! Only `https://` is accepted; `file://` where [`Transport::WithFiles`] says so (mirrors without a network,
//! tests). A URL never carries credentials: git asks the user's own credential store.

use std::fmt;

use crate::error::UrlError;

/// Which transports are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// `https://` only.
    #[default]
    Https,
    /// `https://` and `file://`.
    WithFiles,
}

/// A checked URL of a git repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RemoteUrl(String);

impl RemoteUrl {
    /// Checks a URL.
    ///
    /// # Errors
    /// [`UrlError`]: another scheme, credentials, a query or fragment, a part `..`, an empty part, an
    /// escape that is not needed, characters that a URL does not hold.
    ///
    /// ```
    /// use te_netlist::{RemoteUrl, Transport};
    ///
    /// assert!(RemoteUrl::new("https://example.org/a/b", Transport::Https).is_ok());
    /// let refused = RemoteUrl::new("https://me:secret@example.org/a", Transport::Https).unwrap_err();
    /// assert!(!refused.to_string().contains("secret"));
    /// ```
    pub fn new(text: &str, transport: Transport) -> Result<Self, UrlError> {
        let refuse = |rule| Err(UrlError { url: redacted(text), rule });
        let Some((scheme, rest)) = text.split_once("://") else {
            return refuse("it has no `https://`");
        };
        let legal = |c: char| c.is_ascii_alphanumeric() || "-._~/:@%+".contains(c);
        if text.len() > 2048 || !rest.chars().all(legal) {
            return refuse("it holds a character or a part that a repository URL does not have");
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if scheme == "https" && authority.contains('@') {
            return refuse("it carries credentials; git asks your credential store instead");
        }
        match (scheme, transport) {
            ("https", _) => {
                let host = authority.split_once(':').map_or(authority, |(host, _)| host);
                if host.is_empty() || host.starts_with('-') || host.contains('%') {
                    return refuse("it has no host");
                }
            }
            ("file", Transport::WithFiles) if authority.is_empty() => {}
            ("file", Transport::Https) => return refuse("`file://` is not allowed here"),
            _ => return refuse("only `https://` is allowed"),
        }
        if path.split('/').any(|part| part == ".." || part == "." || part.starts_with('-')) {
            return refuse("its path holds `.`, `..` or a part that starts with `-`");
        }
        if path.trim_matches('/').is_empty() {
            return refuse("it names no repository");
        }
        // One repository, one spelling: what could be written otherwise would pass for another repository.
        if path.trim_start_matches('/').contains("//") || (scheme == "https" && path.starts_with('/')) {
            return refuse("its path holds an empty part");
        }
        if !escapes_are_needed(path) {
            return refuse("it holds a `%` that escapes nothing, or a letter that needs no escape");
        }
        Ok(Self(text.to_owned()))
    }

    /// The URL as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A key that is equal for spellings of one repository: host in lower case, no `.git`, no
    /// closing `/`; on github.com the whole path in lower case.
    pub fn identity(&self) -> String {
        let trimmed = self.0.trim_end_matches('/');
        let trimmed = trimmed.strip_suffix(".git").unwrap_or(trimmed).trim_end_matches('/');
        let (scheme, rest) = trimmed.split_once("://").unwrap_or(("https", trimmed));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix(":443").unwrap_or(&host);
        let host = host.strip_prefix("www.").unwrap_or(host);
        let path = if host == "github.com" { path.to_ascii_lowercase() } else { path.to_owned() };
        format!("{scheme}://{host}/{path}")
    }
}

impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether every `%` is followed by two upper-case hexadecimal digits of a character that cannot stand as it is.
fn escapes_are_needed(path: &str) -> bool {
    path.split('%').skip(1).all(|rest| {
        let digits = rest.get(..2).filter(|d| d.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        byte.is_some_and(|byte| !(byte.is_ascii_alphanumeric() || b"-._~/:@+".contains(&byte)))
    })
}

/// Credentials cut out, for messages.
fn redacted(text: &str) -> String {
    let text: String = text.chars().take(200).flat_map(char::escape_debug).collect();
    match text.split_once("://") {
        Some((scheme, rest)) => match rest.rsplit_once('@') {
            Some((_, rest)) => format!("{scheme}://…@{rest}"),
            None => text,
        },
        None => match text.split_once('@') {
            Some((_, rest)) => format!("…@{rest}"),
            None => text,
        },
    }
}

/// A full commit id: 40 or 64 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rev(String);

impl Rev {
    /// Checks a commit id. A branch, a tag or a shortened id is no pin and is refused.
    ///
    /// # Errors
    /// [`UrlError`] naming the text.
    pub fn new(text: &str) -> Result<Self, UrlError> {
        let full =
            matches!(text.len(), 40 | 64) && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if full {
            return Ok(Self(text.to_owned()));
        }
        Err(UrlError {
            url: text.chars().take(80).flat_map(char::escape_debug).collect(),
            rule: "a commit is pinned by its 40 or 64 hexadecimal digits, in lower case",
        })
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 12 digits, for people.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for Rev {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
