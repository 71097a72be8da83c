//! `tecmns open`.

use super::{root, tecmns};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A page that the command serves: the process, port and secret.
fn open(folder: &std::path::Path, arguments: &[&str]) -> (Child, u16, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tecmns"))
        .current_dir(folder)
        .arg("open")
        .args(arguments)
        .arg("--no-browser")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let rest = line.trim().strip_prefix("http://127.0.0.1:").unwrap();
    let (port, token) = rest.split_once('/').unwrap();
    (child, port.parse().unwrap(), token.trim_end_matches('/').to_owned())
}

fn post(port: u16, token: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST /{token}/{path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The command that the page copies, run in a shell's words, leaves the very results that the page saves.
#[test]
fn the_page_copies_a_command_and_saves_its_results() {
    let place = tempfile::tempdir().unwrap();
    std::fs::copy(root().join("systems/hive-economy.toml"), place.path().join("hive.toml")).unwrap();
    let (child, port, token) = open(place.path(), &["hive.toml"]);
    let settings = r#"{"set":{"economy.throttle":0.004},"runs":2,"timesteps":9}"#;
    let exported = post(port, &token, "api/export", &format!("{{\"settings\":{settings}}}"));
    let command = exported.split("\"command\":\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(command, "tecmns run hive.toml --set economy.throttle=0.004 --runs 2 --timesteps 9");
    let saved = post(
        port,
        &token,
        "api/save",
        &format!("{{\"as\":\"results\",\"folder\":\"page\",\"settings\":{settings}}}"),
    );
    assert!(saved.starts_with("HTTP/1.1 200"), "{saved}");
    let mut words: Vec<&str> = command.split(' ').skip(1).collect();
    words.extend(["--out", "shell", "--quiet"]);
    let ran = tecmns(place.path(), &words);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    for file in ["trajectories.parquet", "summary.csv", "report.html"] {
        let bytes = |folder: &str| std::fs::read(place.path().join(folder).join(file)).unwrap();
        assert!(bytes("page") == bytes("shell"), "{file}");
    }
    #[cfg(unix)]
    {
        // Ctrl-C ends it, and it says so.
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success());
        assert!(String::from_utf8_lossy(&ended.stderr).contains("closed"));
    }
    #[cfg(not(unix))]
    {
        let mut child = child;
        child.kill().unwrap();
    }
}

#[test]
fn what_cannot_be_opened_is_refused() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("bad.toml"), "[controllables.x]\nkind = \"none/such\"\n").unwrap();
    let refused = tecmns(place.path(), &["open", "bad.toml", "--no-browser"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("TE0304"));
    let (mut child, port, token) = open(place.path(), &[]);
    assert!(post(port, &token, "api/compose", "{\"text\":\"\",\"remove\":{}}").starts_with("HTTP/1.1 422"));
    let taken = tecmns(place.path(), &["open", "--port", &port.to_string(), "--no-browser"]);
    assert_eq!(taken.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&taken.stderr).contains(&format!("port {port} cannot be used")));
    child.kill().unwrap();
    child.wait().unwrap();
}
