//! Commands about clients, whose connections four reactors hold.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use fanfare_protocol::decode::Value;
use fanfare_testkit::connection::PATIENCE;
use fanfare_testkit::{Connection, Product, TestServer};

const CLIENTS: usize = 16;

fn start() -> Result<(TestServer, Vec<Connection>)> {
    let server = TestServer::start(Product::Fanfare, &["--io-threads", "4"])?;
    let clients = (0..CLIENTS).map(|_| server.connect()).collect::<Result<Vec<_>>>()?;
    Ok((server, clients))
}

fn id(client: &mut Connection) -> Result<String> {
    let reply = client.call(&["CLIENT", "ID"])?;
    let Value::Integer(id) = reply else { anyhow::bail!("no number: {reply:?}") };
    Ok(id.to_string())
}

/// The numbers of the clients that `CLIENT LIST` with these words shows, in its order.
fn listed(client: &mut Connection, words: &[&str]) -> Result<Vec<String>> {
    let reply = client.call(&[&["CLIENT", "LIST"], words].concat())?;
    let text = String::from_utf8_lossy(reply.as_bytes().context("no text")?).into_owned();
    let id = |line: &str| line.split([' ', '=']).nth(1).unwrap_or_default().to_owned();
    Ok(text.lines().map(id).collect())
}

#[test]
fn lists_show_every_client_once() -> Result<()> {
    let (_server, mut clients) = start()?;
    let mut ids = clients.iter_mut().map(id).collect::<Result<Vec<_>>>()?;
    let [first, second] = [ids[0].clone(), ids[1].clone()];
    ids.sort_by_key(|id| id.parse::<u64>().unwrap_or_default());
    assert_eq!(listed(&mut clients[5], &[])?, ids);
    let wanted = ["ID", &second, &first, "999999", &second];
    assert_eq!(listed(&mut clients[5], &wanted)?, [&*second, &*first, &*second]);
    clients[3].call(&["SUBSCRIBE", "news"])?;
    let subscriber = listed(&mut clients[5], &["TYPE", "pubsub"])?;
    assert_eq!(subscriber.len(), 1);
    assert!(!listed(&mut clients[5], &["TYPE", "normal"])?.contains(&subscriber[0]));
    Ok(())
}

#[test]
fn a_list_is_a_reply_like_others() -> Result<()> {
    let (_server, mut clients) = start()?;
    let client = &mut clients[0];
    client.send(b"CLIENT REPLY SKIP\r\nCLIENT LIST\r\nECHO 1\r\n")?;
    client.expect(b"$1\r\n1\r\n")?;
    client.send(b"CLIENT REPLY OFF\r\nCLIENT LIST\r\nCLIENT REPLY ON\r\nECHO 2\r\n")?;
    client.expect(b"+OK\r\n$1\r\n2\r\n")?;
    client.send(b"CLIENT LIST ID 999999\r\nECHO 3\r\n")?;
    client.expect(b"$0\r\n\r\n$1\r\n3\r\n")
}

#[test]
fn kill_reaches_all_reactors() -> Result<()> {
    let (_server, mut clients) = start()?;
    for client in &mut clients[..8] {
        client.call(&["SUBSCRIBE", "news"])?;
    }
    assert_eq!(clients[8].call(&["CLIENT", "KILL", "TYPE", "pubsub"])?, Value::Integer(8));
    for client in &mut clients[..8] {
        assert_eq!(client.read_until_closed()?, b"");
    }
    let reply = clients[8].call(&["PUBLISH", "news", "nobody hears"])?;
    assert_eq!(reply, Value::Integer(0));
    let address = clients[9].stream().local_addr()?.to_string();
    assert_eq!(clients[8].call(&["CLIENT", "KILL", &address])?, Value::Simple(b"OK".to_vec()));
    assert_eq!(clients[9].read_until_closed()?, b"");
    // Itself last, with its answer first.
    clients[8].send(b"CLIENT KILL SKIPME NO\r\nPING\r\n")?;
    assert_eq!(clients[8].read_until_closed()?, b":7\r\n");
    for client in &mut clients[10..] {
        assert_eq!(client.read_until_closed()?, b"");
    }
    Ok(())
}

#[test]
fn a_pause_holds_writes_back_on_all_reactors() -> Result<()> {
    let (server, mut clients) = start()?;
    let ok = Value::Simple(b"OK".to_vec());
    assert_eq!(clients[0].call(&["CLIENT", "PAUSE", "1000000", "WRITE"])?, ok);
    for client in &mut clients {
        client.send(b"PING\r\nPUBLISH news hello\r\nPING\r\n")?;
    }
    for client in &mut clients {
        client.expect(b"+PONG\r\n")?;
    }
    // All publishers wait; the one who can end the pause did not publish yet on this connection.
    let mut other = server.connect()?;
    // What stands behind the `PING` may be run a turn later.
    let held = format!("blocked_clients:{CLIENTS}\r\n");
    let deadline = Instant::now() + PATIENCE;
    loop {
        let Value::Bulk(info) = other.call(&["INFO", "clients"])? else { anyhow::bail!("no text") };
        if String::from_utf8_lossy(&info).contains(&held) {
            break;
        }
        ensure!(Instant::now() < deadline, "not {CLIENTS} are held: {}", info.escape_ascii());
    }
    assert_eq!(other.call(&["CLIENT", "UNPAUSE"])?, ok);
    for client in &mut clients {
        client.expect(b":0\r\n+PONG\r\n")?;
    }
    Ok(())
}

/// For how many seconds a client has been idle.
fn idle_s(other: &mut Connection, id: &str) -> Result<u64> {
    let reply = other.call(&["CLIENT", "LIST", "ID", id])?;
    let line = String::from_utf8_lossy(reply.as_bytes().context("no text")?).into_owned();
    let mut words = line.split(' ').filter_map(|word| word.strip_prefix("idle="));
    Ok(words.next().context("no idle time")?.parse()?)
}

/// A client that takes output is not idle, though it sends nothing (`timeout` goes by that, too).
fn whoever_takes_output_is_active(product: Product) -> Result<()> {
    let server = TestServer::start(product, &[])?;
    let (mut subscriber, mut other) = (server.connect()?, server.connect()?);
    let id = id(&mut subscriber)?;
    subscriber.call(&["SUBSCRIBE", "news"])?;
    let deadline = Instant::now() + PATIENCE;
    while idle_s(&mut other, &id)? < 2 {
        ensure!(Instant::now() < deadline, "it is never idle");
    }
    let before = Instant::now();
    other.call(&["PUBLISH", "news", "hi"])?;
    subscriber.read_frame()?;
    let idle_s = idle_s(&mut other, &id)?;
    // The output was taken since, however long that took; without it, it would have been idle for two seconds more.
    let since_s = before.elapsed().as_secs() + 1;
    ensure!(idle_s <= since_s, "idle for {idle_s} s, though it took output within {since_s} s");
    Ok(())
}

#[test]
fn taking_output_is_activity() -> Result<()> {
    whoever_takes_output_is_active(Product::Redis82)?;
    whoever_takes_output_is_active(Product::Fanfare)
}
