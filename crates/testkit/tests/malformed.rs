//! Every input of the fuzz corpus gets the same bytes from Fanfare as from a real server, whole or in
//! pieces, and harms nobody else.

use std::path::PathBuf;

use anyhow::{Context, Result};
use fanfare_protocol::decode::Value;
use fanfare_testkit::{Product, TestServer, locate};

fn corpus() -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let folder = locate::workspace().join("fuzz/corpus/requests");
    let mut inputs = Vec::new();
    for entry in std::fs::read_dir(&folder).context("failed to list the corpus")? {
        let path = entry?.path();
        inputs.push((path.clone(), std::fs::read(path)?));
    }
    inputs.sort();
    Ok(inputs)
}

/// What a server sends for an input, up to the end of the connection.
///
/// A last `QUIT` on a line of its own ends what is still open; within an unfinished request it is
/// swallowed, and the end of our half ends the connection.
fn answer(server: &TestServer, input: &[u8], piece_bytes: usize) -> Result<Vec<u8>> {
    let mut connection = server.connect()?;
    for piece in input.chunks(piece_bytes) {
        // The server may have closed already.
        if connection.send(piece).is_err() {
            break;
        }
    }
    connection.send(b"\r\nQUIT\r\n").ok();
    let mut other = server.connect()?;
    for _ in 0..2 {
        assert_eq!(other.call(&["PING"])?, Value::Simple(b"PONG".to_vec()));
    }
    connection.finish()?;
    connection.read_until_closed()
}

#[test]
fn malformed_requests_are_answered_as_redis_does() -> Result<()> {
    let reference = TestServer::start(Product::Redis82, &[])?;
    let subject = TestServer::start(Product::Fanfare, &[])?;
    let inputs = corpus()?;
    assert!(inputs.len() > 30, "the corpus is nearly empty");
    for (path, input) in inputs {
        let expected = answer(&reference, &input, usize::MAX)?;
        let name = path.display();
        for piece_bytes in [usize::MAX, 7] {
            let received = answer(&subject, &input, piece_bytes)?;
            assert_eq!(
                received.escape_ascii().to_string(),
                expected.escape_ascii().to_string(),
                "{name}, {piece_bytes} bytes at a time"
            );
        }
    }
    Ok(())
}

#[test]
fn a_request_is_held_to_the_limits_that_the_one_before_it_leaves() -> Result<()> {
    let reference = TestServer::start(Product::Redis82, &["--requirepass", "secret"])?;
    let subject = TestServer::start(Product::Fanfare, &["--requirepass", "secret"])?;
    let many_keys = format!("DEL{}", " key".repeat(11));
    let long = format!("ECHO {}", "x".repeat(1_048_577));
    let pipelines = [
        (vec!["AUTH secret", &many_keys, "PING"], "+OK\r\n:0\r\n+PONG\r\n"),
        (
            vec!["AUTH secret", "RESET", &many_keys, "PING"],
            "+OK\r\n+RESET\r\n-ERR Protocol error: unauthenticated multibulk length\r\n",
        ),
        (
            vec!["AUTH secret", "CONFIG SET proto-max-bulk-len 1048576", &long, "PING"],
            "+OK\r\n+OK\r\n-ERR Protocol error: invalid bulk length\r\n",
        ),
    ];
    for (requests, expected) in pipelines {
        let input: Vec<u8> = requests.iter().flat_map(|request| encoded(request)).collect();
        for server in [&reference, &subject] {
            let mut connection = server.connect()?;
            connection.send(&input)?;
            connection.finish()?;
            let received = connection.read_until_closed()?;
            let name = server.product().name();
            assert_eq!(
                received.escape_ascii().to_string(),
                expected.escape_default().to_string(),
                "{name}"
            );
        }
    }
    Ok(())
}

/// A request of words as an array.
fn encoded(request: &str) -> Vec<u8> {
    let words: Vec<&str> = request.split(' ').collect();
    let bulk = |word: &&str| format!("${}\r\n{word}\r\n", word.len());
    let bulks: String = words.iter().map(bulk).collect();
    format!("*{}\r\n{bulks}", words.len()).into_bytes()
}
