//! Peers that are slow, silent, or gone.

use std::net::Shutdown;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use fanfare_protocol::decode::Value;
use fanfare_testkit::connection::PATIENCE;
use fanfare_testkit::{Connection, Product, ServerOptions, TestServer};
use rustix::process::Signal;

/// What the kernel keeps for a slow peer on that peer's side.
const SMALL_BUFFER_BYTES: usize = 64 * 1024;

fn start(arguments: &[&str]) -> Result<TestServer> {
    TestServer::start(Product::Fanfare, arguments)
}

fn text(value: &Value) -> Result<String> {
    let bytes = value.as_bytes().with_context(|| format!("no text: {value:?}"))?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// A field of `INFO`.
fn info(connection: &mut Connection, section: &str, field: &str) -> Result<String> {
    let info = text(&connection.call(&["INFO", section])?)?;
    let prefix = format!("{field}:");
    let line = info.lines().find_map(|line| line.strip_prefix(&prefix));
    Ok(line.with_context(|| format!("no {field} in {info}"))?.to_owned())
}

/// Asks until the number of clients is as wanted: nothing announces that a server let one go.
fn wait_for_clients(connection: &mut Connection, wanted: &str) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let count = info(connection, "clients", "connected_clients")?;
        if count == wanted {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "{count} clients, not {wanted}");
    }
}

/// A connection whose end of the kernel's buffers is small: what is sent to it and not read soon waits in the server,
/// whatever the machine's limits of those buffers.
fn connect_slow(server: &TestServer) -> Result<Connection> {
    let connection = server.connect()?;
    socket2::SockRef::from(connection.stream()).set_recv_buffer_size(SMALL_BUFFER_BYTES)?;
    Ok(connection)
}

/// A subscriber that does not read is closed when its output exceeds the hard limit; the publisher
/// and other subscribers notice nothing.
#[test]
fn a_slow_subscriber_is_closed_alone() -> Result<()> {
    const MESSAGES: usize = 400;
    const MESSAGE_BYTES: usize = 100_000;
    let server = start(&["--client-output-buffer-limit", "pubsub 1mb 0 0"])?;
    let mut slow = connect_slow(&server)?;
    slow.call(&["CLIENT", "SETNAME", "slow"])?;
    slow.call(&["SUBSCRIBE", "news"])?;
    let mut swift = server.connect()?;
    swift.call(&["SUBSCRIBE", "news"])?;
    let mut publisher = server.connect()?;
    let payload = vec![b'x'; MESSAGE_BYTES];
    let mut counts = Vec::new();
    for _ in 0..MESSAGES {
        let reply = publisher.call(&[b"PUBLISH", &b"news"[..], &payload])?;
        counts.push(reply.as_integer().context("no integer")?);
        let message = swift.read_frame()?.value;
        assert_eq!(message.as_items().map(<[Value]>::len), Some(3));
    }
    assert_eq!(counts.first(), Some(&2));
    assert_eq!(counts.last(), Some(&1));
    let disconnections =
        info(&mut publisher, "stats", "client_output_buffer_limit_disconnections")?;
    assert_eq!(disconnections, "1");
    server.wait_for_output("name=slow")?;
    let log = server.output();
    assert!(log.contains("overcoming of output buffer limits"), "{log}");
    assert_eq!(
        publisher.call(&["PUBSUB", "NUMSUB", "news"])?.as_items().map(|i| i[1].clone()),
        Some(Value::Integer(1))
    );
    // What the slow one had received before is whole messages, then the end.
    slow.read_until_closed()?;
    Ok(())
}

/// The soft limit needs its seconds: without them a subscriber may be far behind for long.
#[test]
fn a_subscriber_below_its_limits_gets_everything_late() -> Result<()> {
    const MESSAGES: usize = 200;
    let server = start(&["--client-output-buffer-limit", "pubsub 0 0 0"])?;
    let mut slow = connect_slow(&server)?;
    slow.call(&["SUBSCRIBE", "news"])?;
    let mut publisher = server.connect()?;
    let payload = vec![b'y'; 100_000];
    for _ in 0..MESSAGES {
        assert_eq!(publisher.call(&[b"PUBLISH", &b"news"[..], &payload])?, Value::Integer(1));
    }
    let expected = Value::Array(vec![
        Value::Bulk(b"message".to_vec()),
        Value::Bulk(b"news".to_vec()),
        Value::Bulk(payload),
    ]);
    for _ in 0..MESSAGES {
        assert!(slow.read_frame()?.value == expected);
    }
    slow.send(b"PING\r\n")?;
    slow.expect(b"*2\r\n$4\r\npong\r\n$0\r\n\r\n")
}

/// A subscriber that quits gets what was published before, its `OK`, and nothing that comes later, though all of it still
/// waits to be sent.
fn nothing_follows_the_reply_to_quit(product: Product, arguments: &[&str]) -> Result<()> {
    const MESSAGES: usize = 120;
    let server = TestServer::start(product, arguments)?;
    let (mut leaver, mut publisher) = (connect_slow(&server)?, server.connect()?);
    leaver.call(&["CLIENT", "SETNAME", "leaver"])?;
    leaver.call(&["SUBSCRIBE", "news"])?;
    let payload = vec![b'z'; 100_000];
    for _ in 0..MESSAGES {
        publisher.call(&[b"PUBLISH", &b"news"[..], &payload])?;
    }
    leaver.send(b"QUIT\r\n")?;
    // Nothing announces that the request was read; the line shows it.
    let has_quit = |publisher: &mut Connection| -> Result<bool> {
        let list = text(&publisher.call(&["CLIENT", "LIST", "TYPE", "pubsub"])?)?;
        ensure!(list.contains(" name=leaver "), "it has gone: {list}");
        Ok(list.contains(" flags=Pc "))
    };
    while !has_quit(&mut publisher)? {}
    assert_eq!(publisher.call(&["PUBLISH", "news", "late"])?, Value::Integer(1));
    let last = leaver.read_until_closed()?;
    assert!(last.ends_with(b"z\r\n+OK\r\n"), "{}", last[last.len() - 50..].escape_ascii());
    let received = last.windows(9).filter(|window| window == b"$100000\r\n").count();
    assert_eq!(received, MESSAGES);
    Ok(())
}

#[test]
fn a_subscriber_that_quits_hears_no_more() -> Result<()> {
    nothing_follows_the_reply_to_quit(Product::Redis82, &[])?;
    for threads in ["1", "4"] {
        nothing_follows_the_reply_to_quit(Product::Fanfare, &["--io-threads", threads])?;
    }
    Ok(())
}

#[test]
fn a_peer_that_goes_in_the_middle_of_a_request_leaves_nothing() -> Result<()> {
    let server = start(&[])?;
    let mut control = server.connect()?;
    for request in
        [&b"*3\r\n$7\r\nPUBLISH\r\n$4\r\nne"[..], b"*3\r\n", b"PUBL", b"*1\r\n$1000000\r\nxx"]
    {
        let mut peer = server.connect()?;
        peer.call(&["SUBSCRIBE", "news"])?;
        peer.send(request)?;
        drop(peer);
        wait_for_clients(&mut control, "1")?;
        assert_eq!(control.call(&["PUBLISH", "news", "x"])?, Value::Integer(0));
    }
    Ok(())
}

/// A reset instead of an orderly end, while messages are on their way.
#[test]
fn a_peer_that_resets_leaves_nothing() -> Result<()> {
    let server = start(&[])?;
    let mut control = server.connect()?;
    for _ in 0..20 {
        let mut peer = server.connect()?;
        peer.call(&["SUBSCRIBE", "news"])?;
        for _ in 0..50 {
            assert_eq!(control.call(&["PUBLISH", "news", "hello"])?, Value::Integer(1));
        }
        // With a linger of zero, closing sends a reset.
        socket2::SockRef::from(peer.stream()).set_linger(Some(std::time::Duration::ZERO))?;
        drop(peer);
        wait_for_clients(&mut control, "1")?;
    }
    assert_eq!(control.call(&["PUBLISH", "news", "hello"])?, Value::Integer(0));
    Ok(())
}

/// A peer that has ended its half may still have requests in flight; the server must end its own.
#[test]
fn a_half_closed_peer_is_closed() -> Result<()> {
    let server = start(&[])?;
    let mut control = server.connect()?;
    let mut peer = server.connect()?;
    peer.call(&["SUBSCRIBE", "news"])?;
    peer.stream().shutdown(Shutdown::Write)?;
    assert_eq!(peer.read_until_closed()?, b"");
    wait_for_clients(&mut control, "1")?;
    assert_eq!(control.call(&["PUBLISH", "news", "x"])?, Value::Integer(0));
    Ok(())
}

/// As `printf 'PING\r\n' | nc` does: the requests and the end of the stream come in one.
#[test]
fn a_peer_that_ends_its_half_behind_its_requests_gets_the_replies() -> Result<()> {
    const REQUESTS: usize = 5000;
    let server = start(&[])?;
    for _ in 0..20 {
        let mut peer = server.connect()?;
        peer.send(b"PING\r\nSUBSCRIBE news\r\n")?;
        peer.finish()?;
        let confirmation = b"+PONG\r\n*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n";
        assert_eq!(peer.read_until_closed()?, confirmation);
    }
    let mut peer = server.connect()?;
    peer.send(&b"PING\r\n".repeat(REQUESTS))?;
    peer.finish()?;
    assert_eq!(peer.read_until_closed()?, b"+PONG\r\n".repeat(REQUESTS));
    Ok(())
}

#[test]
fn a_silent_peer_is_closed_after_the_timeout_and_a_subscriber_is_not() -> Result<()> {
    let server = start(&[])?;
    let mut subscriber = server.connect()?;
    subscriber.call(&["HELLO", "3"])?;
    subscriber.call(&["SUBSCRIBE", "news"])?;
    // From here on whoever does not subscribe may be closed at any time.
    let mut silent = server.connect()?;
    assert_eq!(silent.call(&["CONFIG", "SET", "timeout", "1"])?, Value::Simple(b"OK".to_vec()));
    assert_eq!(silent.read_until_closed()?, b"");
    subscriber.request(&["PUBLISH", "news", "x"])?;
    subscriber.expect(b":1\r\n>3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$1\r\nx\r\n")
}

/// Each byte in a segment of its own.
#[test]
fn requests_come_in_any_pieces() -> Result<()> {
    let server = start(&[])?;
    let mut peer = server.connect()?;
    let request = b"*2\r\n$4\r\nECHO\r\n$12\r\nhello\r\n\0\r\n$$\r\nPING\r\n*1\r\n$4\r\nPING\r\n";
    for &byte in request {
        peer.send(&[byte])?;
    }
    peer.expect(b"$12\r\nhello\r\n\0\r\n$$\r\n+PONG\r\n+PONG\r\n")
}

/// Replies wait until the peer reads; requests after them are run all the same.
#[test]
fn a_peer_that_reads_late_gets_every_reply() -> Result<()> {
    const REQUESTS: usize = 200_000;
    let server = start(&[])?;
    let mut peer = server.connect()?;
    let mut sender = Connection::from_stream(peer.stream().try_clone()?)?;
    let writer = std::thread::spawn(move || sender.send(&b"PING\r\n".repeat(REQUESTS)));
    for _ in 0..REQUESTS {
        assert_eq!(peer.read_frame()?.bytes, b"+PONG\r\n");
    }
    writer.join().map_err(|_| anyhow::anyhow!("the writer panicked"))?
}

#[test]
fn payloads_of_any_size_arrive_whole() -> Result<()> {
    let server = start(&["--client-output-buffer-limit", "pubsub 0 0 0"])?;
    let mut subscriber = server.connect()?;
    subscriber.call(&["SUBSCRIBE", "news"])?;
    let mut publisher = server.connect()?;
    for bytes in [0, 1, 100, 1023, 1024, 1025, 2048, 16 * 1024, 65_537, 1_000_003, 64 * 1024 * 1024]
    {
        let payload: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
        publisher.request(&[b"PUBLISH", &b"news"[..], &payload])?;
        let message = subscriber.read_frame()?.value;
        let items = message.as_items().context("no message")?;
        assert!(items[2].as_bytes() == Some(&payload[..]), "{bytes} bytes");
        assert_eq!(publisher.read_frame()?.value, Value::Integer(1));
    }
    Ok(())
}

#[test]
fn a_request_beyond_the_query_buffer_limit_closes_its_peer_alone() -> Result<()> {
    let server = start(&["--client-query-buffer-limit", "1mb"])?;
    let mut control = server.connect()?;
    let mut peer = server.connect()?;
    let mut sender = Connection::from_stream(peer.stream().try_clone()?)?;
    // The send may fail when the server closes before it has read all.
    let writer = std::thread::spawn(move || {
        sender.send(b"*2\r\n$4\r\nECHO\r\n$8000000\r\n").ok();
        sender.send(&vec![b'x'; 8_000_000]).ok();
    });
    peer.read_until_closed()?;
    writer.join().map_err(|_| anyhow::anyhow!("the writer panicked"))?;
    wait_for_clients(&mut control, "1")
}

#[test]
fn connections_beyond_maxclients_are_refused_with_words() -> Result<()> {
    let server = start(&["--maxclients", "5"])?;
    let mut peers = Vec::new();
    for _ in 0..5 {
        let mut peer = server.connect()?;
        peer.call(&["PING"])?;
        peers.push(peer);
    }
    let mut refused = server.connect()?;
    assert_eq!(refused.read_until_closed()?, b"-ERR max number of clients reached\r\n");
    assert_eq!(info(&mut peers[0], "stats", "rejected_connections")?, "1");
    peers.pop();
    wait_for_clients(&mut peers[0], "4")?;
    let mut again = server.connect()?;
    assert_eq!(again.call(&["PING"])?, Value::Simple(b"PONG".to_vec()));
    Ok(())
}

/// A server out of file descriptors serves the connections it has, and takes new ones later.
#[test]
fn running_out_of_files_is_survived() -> Result<()> {
    let options = ServerOptions { files_max: Some(100), ..ServerOptions::default() };
    let server = TestServer::start_with(Product::Fanfare, &options)?;
    let mut first = server.connect()?;
    first.call(&["PING"])?;
    let mut peers = Vec::new();
    for _ in 0..200 {
        peers.push(server.connect()?);
    }
    assert_eq!(first.call(&["PING"])?, Value::Simple(b"PONG".to_vec()));
    drop(peers);
    wait_for_clients(&mut first, "1")?;
    let mut again = server.connect()?;
    assert_eq!(again.call(&["PING"])?, Value::Simple(b"PONG".to_vec()));
    Ok(())
}

#[test]
fn a_stopped_server_loses_nothing_when_it_goes_on() -> Result<()> {
    let server = start(&[])?;
    let mut subscriber = server.connect()?;
    subscriber.call(&["SUBSCRIBE", "news"])?;
    let mut publisher = server.connect()?;
    publisher.call(&["PING"])?;
    server.signal(Signal::STOP)?;
    publisher.send(&b"PUBLISH news x\r\n".repeat(100))?;
    server.signal(Signal::CONT)?;
    for _ in 0..100 {
        publisher.expect(b":1\r\n")?;
        subscriber.expect(b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$1\r\nx\r\n")?;
    }
    Ok(())
}
