//! A client that can do what browsers do not.

use serde_json::Value as Json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;
use te_page::{Alone, Options, Server, Start};

pub(crate) const HIVE: &str = include_str!("../../../../systems/hive-economy.toml");

/// An answer: status, head, body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The messages of a stream: event and data.
    pub(crate) fn messages(&self) -> Vec<(String, Json)> {
        let text = self.text();
        let message = |part: &str| {
            let (event, data) = part.split_once('\n')?;
            let event = event.strip_prefix("event: ")?.to_owned();
            Some((event, serde_json::from_str(data.strip_prefix("data: ")?).unwrap()))
        };
        text.split("\n\n").filter_map(message).collect()
    }
}

/// A server of a system's text.
pub(crate) fn server_of(text: &str) -> Server {
    let options = Options::new(te_system::built_in(), Start::text(text, "system.toml"), Alone);
    te_page::serve(options).unwrap()
}

pub(crate) fn server_at(path: &Path) -> Server {
    te_page::serve(Options::new(te_system::built_in(), Start::file(path), Alone)).unwrap()
}

/// Port and secret of a server.
pub(crate) fn address(server: &Server) -> (u16, String) {
    let rest = server.url().strip_prefix("http://127.0.0.1:").unwrap();
    let (port, token) = rest.split_once('/').unwrap();
    (port.parse().unwrap(), token.trim_end_matches('/').to_owned())
}

/// What a browser would send.
pub(crate) fn request(server: &Server, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let (port, token) = address(server);
    let mut out = format!(
        "{method} /{token}/{path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    out.extend_from_slice(body);
    out
}

pub(crate) fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", address(server).0)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// Sends bytes and reads until the end.
pub(crate) fn send(server: &Server, bytes: &[u8]) -> Option<Answer> {
    let mut stream = connect(server);
    // A server that has refused already reads no more.
    let _ = stream.write_all(bytes);
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    parse(&all)
}

pub(crate) fn parse(all: &[u8]) -> Option<Answer> {
    let at = all.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&all[..at]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let rest = &all[at + 4..];
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { unchunked(rest) } else { rest.to_vec() };
    Some(Answer { status, head, body })
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(end) = rest.windows(2).position(|w| w == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 || rest.len() < end + 2 + size {
            break;
        }
        out.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[(end + 4 + size).min(rest.len())..];
    }
    out
}

pub(crate) fn get(server: &Server, path: &str) -> Answer {
    send(server, &request(server, "GET", path, b"")).unwrap()
}

pub(crate) fn post(server: &Server, path: &str, body: &Json) -> Answer {
    send(server, &request(server, "POST", path, body.to_string().as_bytes())).unwrap()
}
