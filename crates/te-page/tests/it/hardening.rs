//! What is no page gets nothing, breaks nothing, and leaves nothing behind.

use crate::client::{Answer, address, connect, parse, post, request, send, server_at};
use crate::runs::SHOCK;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use te_core::{Stream, StreamKey};
use te_page::Server;

/// Messages, besides those of the other tests.
const MESSAGES: usize = 10_000;
const SECRET: &str = "what no page may read";

/// A folder with a system in it, and secrets around it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("inside");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(place.path().join("secret.toml"), SECRET).unwrap();
    std::fs::write(folder.join("shock.toml"), SHOCK).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(place.path(), folder.join("link")).unwrap();
    (place, folder)
}

/// All files below a folder with their bytes, links not followed.
fn files(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            files(&path, found);
        } else {
            found.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
}

struct Luck(Stream);

impl Luck {
    fn below(&mut self, n: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below n")]
        let at = (self.0.uniform() * n as f64) as usize;
        at.min(n - 1)
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let n = self.below(most + 1);
        (0..n).map(|_| u8::try_from(self.below(256)).unwrap()).collect()
    }
}

const PATHS: [&str; 22] = [
    "",
    "index.html",
    "uPlot.js",
    "../secret.toml",
    "..%2fsecret.toml",
    "%2e%2e/secret.toml",
    "....//secret.toml",
    "/etc/passwd",
    "api/system",
    "api/run",
    "api/sweep",
    "api/steps",
    "api/export",
    "api/save",
    "api/gallery",
    "api/open",
    "api/kinds",
    "api/check",
    "api/compose",
    "api/write",
    "api/none",
    "api/system?system=../secret",
];
const NAMES: [&str; 12] = [
    "../secret.toml",
    "/etc/passwd",
    "link/secret.toml",
    "a/../../secret.toml",
    "..",
    ".",
    "",
    "shock.toml/x",
    "..\\secret.toml",
    "\u{0}",
    "link/new.toml",
    "~/x.toml",
];
const NUMBERS: [&str; 12] = [
    "0",
    "-1",
    "1e400",
    "1e308",
    "18446744073709551615",
    "0.5",
    "null",
    "\"x\"",
    "[]",
    "true",
    "1e-320",
    "9007199254740993",
];

/// A body that is nearly right.
fn body(luck: &mut Luck) -> Vec<u8> {
    let name = serde_json::to_string(luck.of(&NAMES)).unwrap();
    let (a, b, c) = (luck.of(&NUMBERS), luck.of(&NUMBERS), luck.of(&NUMBERS));
    let param = luck.of(&[
        "economy.throttle",
        "market.volatility",
        "event.halving.at",
        "none.at.all",
        "",
        "a=b",
        "economy",
    ]);
    let setting = format!(
        "{{\"set\":{{\"{param}\":{a}}},\"runs\":{b},\"timesteps\":{c},\"variant\":{}}}",
        luck.of(&["null", "\"tight\"", "\"none\"", "3"])
    );
    match luck.below(12) {
        0 => luck.bytes(300),
        1 => format!("{{\"settings\":{setting},\"most\":{a}}}").into_bytes(),
        2 => format!("{{\"settings\":{setting},\"parameter\":\"{param}\",\"from\":{a},\"to\":{b},\"points\":{c},\"runs\":2}}").into_bytes(),
        3 => format!("{{\"settings\":{setting},\"run\":{a}}}").into_bytes(),
        4 => format!("{{\"as\":\"results\",\"folder\":{name},\"settings\":{setting}}}").into_bytes(),
        5 => format!("{{\"as\":\"variant\",\"name\":{},\"settings\":{setting}}}", luck.of(&["\"\"", "3", "\"a\\nb\""])).into_bytes(),
        6 => format!("{{\"path\":{name}}}").into_bytes(),
        7 => format!("{{\"path\":{name},\"text\":\"x\",\"force\":true}}").into_bytes(),
        8 => format!("{{\"text\":\"[system]\\ntimesteps = {a}\\n[controllables.x]\\nkind = {b}\"}}").into_bytes(),
        9 => format!("{{\"text\":\"x = 1\",\"add\":{{\"name\":{name},\"kind\":\"glue/delay\"}}}}").into_bytes(),
        10 => vec![b'['; luck.below(20_000)],
        _ => format!("{{\"settings\":{setting},\"figures\":[{{\"name\":{name},\"of\":{a}}}],\"columns\":[{name}]}}").into_bytes(),
    }
}

/// A message, and whether anything may be given to it.
fn message(server: &Server, luck: &mut Luck) -> (Vec<u8>, bool) {
    let (port, token) = address(server);
    let own = format!("127.0.0.1:{port}");
    let path = luck.of(&PATHS);
    let method = luck.of(&["GET", "POST", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "\u{1}"]);
    let body = body(luck);
    let length = body.len().to_string();
    let right = |host: &str, token: &str, extra: &str, length: &str| {
        let mut out = format!(
            "{method} /{token}/{path} HTTP/1.1\r\nhost: {host}\r\n{extra}content-length: {length}\r\nconnection: close\r\n\r\n"
        )
        .into_bytes();
        out.extend_from_slice(&body);
        out
    };
    let origin = luck.of(&["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"]);
    match luck.below(8) {
        0 => (luck.bytes(2000), false),
        1 => (
            right(&own, luck.of(&["", "0", "00000000000000000000000000000000", &token[1..]]), "", &length),
            false,
        ),
        2 => (
            right(luck.of(&["evil.example", "127.0.0.1", "", "localhost:1", "[::1]"]), &token, "", &length),
            false,
        ),
        3 => (right(&own, &token, &format!("origin: {origin}\r\n"), &length), false),
        4 => (right(&own, &token, &format!("x: {}\r\n", "y".repeat(luck.below(100_000))), &length), true),
        5 => (right(&own, &token, "", luck.of(&["-1", "x", "99999999999999999999", "0"])), true),
        _ => (right(&own, &token, "", &length), true),
    }
}

fn is_well(server: &Server) -> bool {
    send(server, &request(server, "GET", "api/system", b"")).is_some_and(|answer| answer.status == 200)
}

#[test]
fn ten_thousand_messages_do_no_harm() {
    let (place, folder) = place();
    let server = server_at(&folder.join("shock.toml"));
    let mut before = BTreeMap::new();
    files(place.path(), &mut before);
    let hands: Vec<_> = (0..8_u64)
        .map(|hand| {
            let mut luck = Luck(Stream::new(StreamKey { seed: 27, run: hand, subset: None }, "messages"));
            (0..MESSAGES / 8).map(|_| message(&server, &mut luck)).collect::<Vec<_>>()
        })
        .collect();
    std::thread::scope(|scope| {
        for messages in &hands {
            let server = &server;
            scope.spawn(move || {
                for (bytes, allowed) in messages {
                    // A message that says it is longer than it is ends here, as a client that has gone.
                    let mut stream = connect(server);
                    stream.set_read_timeout(Some(Duration::from_millis(1500))).unwrap();
                    let _ = stream.write_all(bytes);
                    let _ = stream.shutdown(std::net::Shutdown::Write);
                    let mut all = Vec::new();
                    let _ = stream.read_to_end(&mut all);
                    drop(stream);
                    let text = String::from_utf8_lossy(&all);
                    assert!(!text.contains(SECRET) && !text.contains("root:"), "{text}");
                    assert!(!text.contains("access-control-allow"), "{text}");
                    if let (false, Some(Answer { status, body, .. })) = (allowed, parse(&all)) {
                        assert!(
                            (400..500).contains(&status),
                            "{status} for {:?}",
                            String::from_utf8_lossy(bytes)
                        );
                        assert!(body.is_empty(), "{}", String::from_utf8_lossy(&body));
                    }
                }
            });
        }
    });
    assert!(is_well(&server));
    let mut after = BTreeMap::new();
    files(place.path(), &mut after);
    let outside = |all: &BTreeMap<PathBuf, Vec<u8>>| -> Vec<PathBuf> {
        all.keys().filter(|path| !path.starts_with(&folder)).cloned().collect()
    };
    assert_eq!(outside(&before), outside(&after));
    assert_eq!(before[&folder.join("shock.toml")], after[&folder.join("shock.toml")]);
    assert_eq!(after[&place.path().join("secret.toml")], SECRET.as_bytes());
    wait_for(&server, 0);
}

/// Waits until so many streams go on.
fn wait_for(server: &Server, streams: usize) {
    let begin = Instant::now();
    while server.running() != streams {
        assert!(begin.elapsed() < Duration::from_secs(20), "{} streams go on", server.running());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_stream_that_is_left_ends_its_runs() {
    let (_place, folder) = place();
    let server = server_at(&folder.join("shock.toml"));
    let long = json!({ "settings": { "timesteps": 1_000_000 }, "most": 1_000_000 }).to_string();
    let long = request(&server, "POST", "api/run", long.as_bytes());
    let mut streams: Vec<_> = (0..8).map(|_| connect(&server)).collect();
    for stream in &mut streams {
        stream.write_all(&long).unwrap();
    }
    wait_for(&server, 8);
    // One more is too many.
    assert_eq!(post(&server, "api/run", &json!({})).status, 429);
    let left = Instant::now();
    drop(streams);
    wait_for(&server, 0);
    assert!(left.elapsed() < Duration::from_secs(5), "{:?}", left.elapsed());
    assert_eq!(post(&server, "api/run", &json!({})).status, 200);
    // Closing the server ends what goes on.
    let mut stream = connect(&server);
    stream.write_all(&long).unwrap();
    wait_for(&server, 1);
    let closing = Instant::now();
    server.close();
    assert!(closing.elapsed() < Duration::from_secs(5), "{:?}", closing.elapsed());
}

#[test]
fn slow_and_half_open_clients_keep_nobody_waiting() {
    let (_place, folder) = place();
    let server = server_at(&folder.join("shock.toml"));
    let head = request(&server, "POST", "api/run", &vec![b' '; 1000]);
    let mut slow: Vec<_> = (0..100).map(|_| connect(&server)).collect();
    for (at, stream) in slow.iter_mut().enumerate() {
        // Nothing, part of a head, or a head and part of a body.
        stream.write_all(&head[..[0, 30, head.len() - 900][at % 3]]).unwrap();
    }
    let begin = Instant::now();
    assert!(is_well(&server));
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    // They are let go, each after as long as it was waited for.
    for stream in &mut slow {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        assert!(parse(&rest).is_none_or(|answer| answer.status == 408), "{}", String::from_utf8_lossy(&rest));
    }
    assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
    assert!(is_well(&server));
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let (_place, folder) = place();
    let server = server_at(&folder.join("shock.toml"));
    let mut big = request(&server, "POST", "api/run", b"");
    big =
        String::from_utf8(big).unwrap().replace("content-length: 0", "content-length: 2000000").into_bytes();
    big.resize(big.len() + 2_000_000, b' ');
    let status = send(&server, &big).map(|answer| answer.status);
    assert!(matches!(status, None | Some(413)), "{status:?}");
    assert!(is_well(&server));
}

#[test]
fn a_port_that_is_taken_is_told() {
    let (_place, folder) = place();
    let server = server_at(&folder.join("shock.toml"));
    let start = te_page::Start::file(folder.join("shock.toml"));
    let options =
        te_page::Options::new(te_system::built_in(), start, te_page::Alone).port(address(&server).0);
    let refused = te_page::serve(options).unwrap_err().to_string();
    assert!(
        refused.contains(&address(&server).0.to_string()) && refused.contains("cannot be used"),
        "{refused}"
    );
}
