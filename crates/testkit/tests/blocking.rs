//! Clients that wait for elements, over sockets, with one thread and with four.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use fanfare_protocol::decode::Value;
use fanfare_testkit::connection::PATIENCE;
use fanfare_testkit::{Connection, Product, TestServer};

/// Runs a test with one thread, whose connections share everything, and with four.
fn with_servers(test: impl Fn(&TestServer) -> Result<()>) -> Result<()> {
    for threads in ["1", "4"] {
        let server = TestServer::start(Product::Fanfare, &["--io-threads", threads])?;
        test(&server).with_context(|| format!("with {threads} threads"))?;
    }
    Ok(())
}

/// Asks until `INFO` shows so many clients that wait.
fn await_blocked(client: &mut Connection, count: usize) -> Result<()> {
    let wanted = format!("\r\nblocked_clients:{count}\r\n");
    await_text(client, &["INFO", "clients"], &wanted)
}

/// Asks until a reply holds a text.
fn await_text(client: &mut Connection, words: &[&str], wanted: &str) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        let reply = client.call(words)?;
        let text = String::from_utf8_lossy(reply.as_bytes().context("no text")?).into_owned();
        if text.contains(wanted) {
            return Ok(());
        }
        ensure!(Instant::now() < end, "never {wanted:?}: {text}");
        std::thread::yield_now();
    }
}

/// Clients whose commands wait, one after the other.
fn start_waiting(
    server: &TestServer,
    client: &mut Connection,
    requests: &[&str],
) -> Result<Vec<Connection>> {
    let mut waiters = Vec::new();
    for request in requests {
        let mut waiter = server.connect()?;
        waiter.send(format!("{request}\r\n").as_bytes())?;
        waiters.push(waiter);
        await_blocked(client, waiters.len())?;
    }
    Ok(waiters)
}

fn run(client: &mut Connection, requests: &[&str]) -> Result<Vec<Value>> {
    let words = |request: &&str| request.split(' ').map(str::to_owned).collect::<Vec<_>>();
    requests.iter().map(|request| client.call(&words(request))).collect()
}

fn elements(client: &mut Connection, key: &str) -> Result<Vec<String>> {
    let Value::Array(elements) = client.call(&["LRANGE", key, "0", "-1"])? else {
        anyhow::bail!("{key} holds no list")
    };
    let text = |value: &Value| value.as_bytes().map(|bytes| String::from_utf8_lossy(bytes).into());
    elements.iter().map(|value| text(value).context("no string")).collect()
}

const WRONG_TYPE: &[u8] = b"-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";

/// A client waits for very many keys, all of which change at once. (If each were compared with all others, this would take
/// minutes, and is not awaited.)
#[test]
fn very_many_awaited_keys_may_change_at_once() -> Result<()> {
    const KEYS: usize = 200_000;
    let names: Vec<String> = (0..KEYS).map(|number| format!("key:{number}")).collect();
    let names = || names.iter().map(String::as_str);
    with_servers(|server| {
        let (mut client, mut waiter) = (server.connect()?, server.connect()?);
        let wait: Vec<&str> = std::iter::once("BLPOP").chain(names()).chain(["0"]).collect();
        waiter.request(&wait)?;
        await_blocked(&mut client, 1)?;
        let set: Vec<&str> =
            std::iter::once("MSET").chain(names().flat_map(|name| [name, "value"])).collect();
        client.request(&set)?;
        client.expect(b"+OK\r\n")?;
        let delete: Vec<&str> = std::iter::once("DEL").chain(names()).collect();
        client.request(&delete)?;
        client.expect(format!(":{KEYS}\r\n").as_bytes())?;
        client.call(&["RPUSH", "key:77", "element"])?;
        waiter.expect(b"*2\r\n$6\r\nkey:77\r\n$7\r\nelement\r\n")
    })
}

#[test]
fn the_oldest_waiter_is_served_first() -> Result<()> {
    with_servers(|server| {
        let mut client = server.connect()?;
        let requests = ["BLPOP a 0", "BRPOP b a 0", "BLMPOP 0 1 a LEFT COUNT 2", "BLPOP a 0"];
        let mut waiters = start_waiting(server, &mut client, &requests)?;
        client.call(&["RPUSH", "a", "1", "2", "3", "4"])?;
        waiters[0].expect(b"*2\r\n$1\r\na\r\n$1\r\n1\r\n")?;
        waiters[1].expect(b"*2\r\n$1\r\na\r\n$1\r\n4\r\n")?;
        waiters[2].expect(b"*2\r\n$1\r\na\r\n*2\r\n$1\r\n2\r\n$1\r\n3\r\n")?;
        await_blocked(&mut client, 1)?;
        client.call(&["RPUSH", "a", "5", "6"])?;
        waiters[3].expect(b"*2\r\n$1\r\na\r\n$1\r\n5\r\n")?;
        assert_eq!(elements(&mut client, "a")?, ["6"]);
        await_blocked(&mut client, 0)
    })
}

#[test]
fn a_waiter_for_several_keys_is_served_once() -> Result<()> {
    with_servers(|server| {
        let mut client = server.connect()?;
        let mut waiters = start_waiting(server, &mut client, &["BLPOP a b c c 0", "BLPOP b 0"])?;
        run(&mut client, &["MULTI", "RPUSH c 1", "RPUSH b 2", "RPUSH a 3", "EXEC"])?;
        waiters[0].expect(b"*2\r\n$1\r\na\r\n$1\r\n3\r\n")?;
        waiters[1].expect(b"*2\r\n$1\r\nb\r\n$1\r\n2\r\n")?;
        assert_eq!(elements(&mut client, "c")?, ["1"]);
        await_blocked(&mut client, 0)
    })
}

#[test]
fn waiters_are_served_between_commands_that_come_together() -> Result<()> {
    with_servers(|server| {
        let mut client = server.connect()?;
        let mut waiters = start_waiting(server, &mut client, &["BRPOP a 0", "BRPOP a 0"])?;
        client.send(b"RPUSH a 1\r\nLPUSH a 2\r\nLLEN a\r\nLPUSH a 3\r\nGET a\r\nRPUSH a 4\r\n")?;
        client.expect(b":1\r\n:1\r\n:0\r\n:1\r\n")?;
        client.expect(WRONG_TYPE)?;
        client.expect(b":2\r\n")?;
        waiters[0].expect(b"*2\r\n$1\r\na\r\n$1\r\n1\r\n")?;
        waiters[1].expect(b"*2\r\n$1\r\na\r\n$1\r\n2\r\n")?;
        Ok(())
    })
}

#[test]
fn waiters_see_a_transaction_as_a_whole() -> Result<()> {
    with_servers(|server| {
        let mut client = server.connect()?;
        let mut waiters = start_waiting(server, &mut client, &["BLPOP a 0"])?;
        run(&mut client, &["MULTI", "RPUSH a 1", "DEL a", "EXEC"])?;
        run(&mut client, &["MULTI", "RPUSH a 1", "SET a text", "EXEC"])?;
        run(&mut client, &["DEL a", "MULTI", "RPUSH a 1 2", "LPUSH a 3", "EXEC"])?;
        waiters[0].expect(b"*2\r\n$1\r\na\r\n$1\r\n3\r\n")?;
        assert_eq!(elements(&mut client, "a")?, ["1", "2"]);
        Ok(())
    })
}

#[test]
fn what_one_waiter_moves_serves_the_next() -> Result<()> {
    with_servers(|server| {
        let mut client = server.connect()?;
        let requests = [
            "BRPOPLPUSH a b 0",
            "BRPOPLPUSH b c 0",
            "BLPOP c 0",
            "BLMOVE d d LEFT RIGHT 0",
            "BLMOVE f e LEFT LEFT 0",
            "BLMOVE e f LEFT LEFT 0",
        ];
        let mut waiters = start_waiting(server, &mut client, &requests)?;
        run(&mut client, &["RPUSH a 1", "RPUSH d 2 3", "RPUSH e 4"])?;
        waiters[0].expect(b"$1\r\n1\r\n")?;
        waiters[1].expect(b"$1\r\n1\r\n")?;
        waiters[2].expect(b"*2\r\n$1\r\nc\r\n$1\r\n1\r\n")?;
        waiters[3].expect(b"$1\r\n2\r\n")?;
        waiters[4].expect(b"$1\r\n4\r\n")?;
        waiters[5].expect(b"$1\r\n4\r\n")?;
        assert_eq!(elements(&mut client, "d")?, ["3", "2"]);
        assert_eq!(elements(&mut client, "e")?, ["4"]);
        assert_eq!(run(&mut client, &["EXISTS a b c f"])?, [Value::Integer(0)]);
        Ok(())
    })
}

#[test]
fn a_key_of_another_type_does_not_wake() -> Result<()> {
    with_servers(|server| {
        let mut client = server.connect()?;
        let requests = ["BLPOP a 0", "BLPOP b c 0", "BLMOVE d a LEFT LEFT 0", "BLPOP d 0"];
        let mut waiters = start_waiting(server, &mut client, &requests)?;
        run(&mut client, &["SET a text", "SET b text", "APPEND a text"])?;
        await_blocked(&mut client, 4)?;
        // The command is run again, and says what is wrong with its other keys.
        run(&mut client, &["RPUSH c 1", "RPUSH d 2"])?;
        waiters[1].expect(WRONG_TYPE)?;
        waiters[2].expect(WRONG_TYPE)?;
        waiters[3].expect(b"*2\r\n$1\r\nd\r\n$1\r\n2\r\n")?;
        run(&mut client, &["DEL a", "RPUSH a 3"])?;
        waiters[0].expect(b"*2\r\n$1\r\na\r\n$1\r\n3\r\n")?;
        assert_eq!(elements(&mut client, "c")?, ["1"]);
        Ok(())
    })
}

#[test]
fn keys_that_appear_by_other_ways_wake() -> Result<()> {
    with_servers(|server| {
        let mut client = server.connect()?;
        run(&mut client, &["RPUSH source 1", "SELECT 1", "RPUSH source 2", "SELECT 0"])?;
        let wakings: [&[&str]; 5] = [
            &["COPY source a"],
            &["RENAME source a", "RPUSH source 1"],
            &["SELECT 1", "COPY source a DB 0", "SELECT 0"],
            &["SELECT 1", "RENAME source a", "MOVE a 0", "SELECT 0"],
            &["SELECT 1", "RPUSH a 1", "SWAPDB 0 1", "FLUSHALL", "SELECT 0"],
        ];
        for waking in wakings {
            let mut waiters = start_waiting(server, &mut client, &["BLPOP a 0"])?;
            run(&mut client, waking)?;
            let Value::Array(reply) = waiters[0].read_frame()?.value else {
                anyhow::bail!("no array after {waking:?}")
            };
            assert_eq!(reply[0], Value::Bulk(b"a".to_vec()), "{waking:?}");
            await_blocked(&mut client, 0)?;
        }
        Ok(())
    })
}

#[test]
fn who_is_gone_takes_nothing() -> Result<()> {
    with_servers(|server| {
        let mut client = server.connect()?;
        let requests = ["BLPOP a 0", "BLPOP b a 0", "BLPOP a 0", "BLPOP a 0"];
        let mut waiters = start_waiting(server, &mut client, &requests)?;
        let address = waiters[0].stream().local_addr()?.to_string();
        assert_eq!(client.call(&["CLIENT", "KILL", "ADDR", &address])?, Value::Integer(1));
        // Its end is noticed though its requests are not read while it waits.
        drop(waiters.remove(2));
        await_blocked(&mut client, 2)?;
        client.call(&["RPUSH", "a", "1"])?;
        waiters[1].expect(b"*2\r\n$1\r\na\r\n$1\r\n1\r\n")?;
        waiters[2].stream().shutdown(std::net::Shutdown::Write)?;
        await_blocked(&mut client, 0)?;
        assert_eq!(waiters[2].read_until_closed()?, b"");
        assert_eq!(waiters[0].read_until_closed()?, b"");
        client.call(&["RPUSH", "a", "2"])?;
        assert_eq!(elements(&mut client, "a")?, ["2"]);
        Ok(())
    })
}

#[test]
fn a_transaction_can_end_the_waiting_of_its_own_waiters() -> Result<()> {
    let server = TestServer::start(Product::Fanfare, &["--io-threads", "1"])?;
    let mut client = server.connect()?;
    let mut waiters = start_waiting(&server, &mut client, &["BLPOP a 0", "BLPOP a 0"])?;
    let address = waiters[0].stream().local_addr()?.to_string();
    let kill = format!("CLIENT KILL ADDR {address}");
    run(&mut client, &["MULTI", "RPUSH a 1 2", &kill, "EXEC"])?;
    assert_eq!(waiters[0].read_until_closed()?, b"");
    waiters[1].expect(b"*2\r\n$1\r\na\r\n$1\r\n1\r\n")?;
    assert_eq!(elements(&mut client, "a")?, ["2"]);
    Ok(())
}

#[test]
fn waiting_ends_when_its_time_is_over() -> Result<()> {
    with_servers(|server| {
        let mut client = server.connect()?;
        let requests = ["BLPOP a 0", "BLPOP a 3600"];
        let mut waiters = start_waiting(server, &mut client, &requests)?;
        for (request, resp2, resp3) in [
            ("BLPOP a b 0.01", "*-1\r\n", "_\r\n"),
            ("BRPOP a .001", "*-1\r\n", "_\r\n"),
            ("BLMOVE a b LEFT LEFT 1e-2", "*-1\r\n", "_\r\n"),
            ("BRPOPLPUSH a b 0.000001", "*-1\r\n", "_\r\n"),
            ("BLMPOP 0x.1 1 a LEFT", "*-1\r\n", "_\r\n"),
        ] {
            let mut waiter = server.connect()?;
            waiter.send(format!("{request}\r\n").as_bytes())?;
            waiter.expect(resp2.as_bytes())?;
            waiter.call(&["HELLO", "3"])?;
            // What comes behind a command that waits is run when that is over.
            waiter.send(format!("{request}\r\nECHO after\r\n").as_bytes())?;
            waiter.expect(format!("{resp3}$5\r\nafter\r\n").as_bytes())?;
        }
        await_blocked(&mut client, 2)?;
        client.call(&["RPUSH", "a", "1"])?;
        waiters[0].expect(b"*2\r\n$1\r\na\r\n$1\r\n1\r\n")?;
        await_text(&mut client, &["CLIENT", "LIST"], " flags=b ")
    })
}

/// Several consumers that wait for keys of several shards: every element is received once.
#[test]
fn nothing_is_lost_or_doubled() -> Result<()> {
    const ELEMENTS: usize = 400;
    const CONSUMERS: usize = 6;
    with_servers(|server| {
        let mut client = server.connect()?;
        let consumers: Vec<_> = (0..CONSUMERS)
            .map(|number| {
                let mut consumer = server.connect()?;
                Ok(std::thread::spawn(move || -> Result<Vec<String>> {
                    let mut received = Vec::new();
                    loop {
                        let command = if number % 2 == 0 { "BLPOP" } else { "BRPOP" };
                        let words = [command, "stop", "first", "second", "third", "0"];
                        let Value::Array(reply) = consumer.call(&words)? else {
                            anyhow::bail!("no array")
                        };
                        let [Value::Bulk(key), Value::Bulk(element)] = &reply[..] else {
                            anyhow::bail!("no pair: {reply:?}")
                        };
                        if key == b"stop" {
                            return Ok(received);
                        }
                        received.push(String::from_utf8_lossy(element).into_owned());
                    }
                }))
            })
            .collect::<Result<_>>()?;
        let mut pusher = server.connect()?;
        for number in 0..ELEMENTS {
            let key = ["first", "second", "third"][number % 3];
            pusher.call(&["RPUSH", key, &number.to_string()])?;
        }
        await_blocked(&mut client, CONSUMERS)?;
        client.call(&[&["RPUSH", "stop"][..], &["x"; CONSUMERS]].concat())?;
        let mut received = Vec::new();
        for consumer in consumers {
            received.extend(consumer.join().map_err(|_| anyhow::anyhow!("a thread died"))??);
        }
        received.sort_by_key(|text| text.parse::<usize>().unwrap_or(usize::MAX));
        let expected: Vec<String> = (0..ELEMENTS).map(|number| number.to_string()).collect();
        assert_eq!(received, expected);
        assert_eq!(run(&mut client, &["EXISTS first second third"])?, [Value::Integer(0)]);
        Ok(())
    })
}

#[test]
fn a_claimant_is_served_when_what_is_pending_has_idled_long_enough() -> Result<()> {
    with_servers(|server| {
        let mut client = server.connect()?;
        for key in ["a", "b", "c"] {
            run(
                &mut client,
                &[&format!("XADD {key} 1-1 n 1"), &format!("XGROUP CREATE {key} g $")],
            )?;
        }
        // The first to wait is the first to be served, though the other one looks at the same time.
        let requests = [
            "XREADGROUP GROUP g bob BLOCK 0 CLAIM 50 STREAMS a b c > > >",
            "XREADGROUP GROUP g carol BLOCK 0 CLAIM 50 COUNT 1 STREAMS c b a > > >",
        ];
        let mut waiters = start_waiting(server, &mut client, &requests)?;
        run(&mut client, &["XGROUP SETID c g 0", "XREADGROUP GROUP g alice STREAMS c >"])?;
        let reply = waiters[0].read_frame()?.value;
        let text = format!("{reply:?}");
        ensure!(text.contains("\"c\"") && text.contains("1-1"), "{text}");
        // The second is served when the first has let it idle again.
        let reply = waiters[1].read_frame()?.value;
        ensure!(format!("{reply:?}").contains("1-1"), "{reply:?}");
        await_blocked(&mut client, 0)
    })
}

#[test]
fn nothing_is_claimed_while_writes_are_held_back() -> Result<()> {
    with_servers(|server| {
        let mut client = server.connect()?;
        run(&mut client, &["XADD s 1-1 n 1", "XGROUP CREATE s g $"])?;
        let request = "XREADGROUP GROUP g bob BLOCK 0 CLAIM 1000 STREAMS s >";
        let mut waiters = start_waiting(server, &mut client, &[request])?;
        // No time passes between the delivery and the pause, so that there is none in which to claim.
        let requests = ["MULTI", "XGROUP SETID s g 0", "XREADGROUP GROUP g alice STREAMS s >"];
        run(&mut client, &requests)?;
        run(&mut client, &["CLIENT PAUSE 1000000 WRITE"])?;
        let replies = client.call(&["EXEC"])?;
        ensure!(format!("{replies:?}").contains("1-1"), "{replies:?}");
        // It has idled long enough.
        let end = Instant::now() + PATIENCE;
        loop {
            let pending = client.call(&["XPENDING", "s", "g", "IDLE", "1200", "-", "+", "1"])?;
            if pending.as_items().is_some_and(|rows| rows.len() == 1) {
                ensure!(format!("{pending:?}").contains("alice"), "{pending:?}");
                break;
            }
            ensure!(Instant::now() < end, "it never idles: {pending:?}");
        }
        client.call(&["CLIENT", "UNPAUSE"])?;
        let reply = waiters[0].read_frame()?.value;
        ensure!(format!("{reply:?}").contains("1-1"), "{reply:?}");
        Ok(())
    })
}

/// How often a client is unblocked while another brings what it waits for.
const RACES: usize = 300;

#[test]
fn a_client_that_is_unblocked_while_it_is_served_gets_one_reply_and_loses_nothing() -> Result<()> {
    with_servers(|server| {
        let (mut writer, mut killer) = (server.connect()?, server.connect()?);
        let mut waiter = server.connect()?;
        let id = waiter.call(&["CLIENT", "ID"])?.as_integer().context("no id")?.to_string();
        writer.call(&["XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"])?;
        let mut served = 0;
        for race in 0..RACES {
            waiter.request(&[
                "XREADGROUP",
                "GROUP",
                "g",
                "me",
                "BLOCK",
                "0",
                "STREAMS",
                "s",
                ">",
            ])?;
            await_blocked(&mut writer, 1)?;
            // Now one is first, now the other, and with several threads both at once.
            if race % 2 == 0 {
                writer.request(&["XADD", "s", "*", "n", "1"])?;
                killer.request(&["CLIENT", "UNBLOCK", &id])?;
            } else {
                killer.request(&["CLIENT", "UNBLOCK", &id])?;
                writer.request(&["XADD", "s", "*", "n", "1"])?;
            }
            let added = writer.read_frame()?.value;
            let unblocked = killer.read_frame()?.value.as_integer().context("no number")?;
            let reply = waiter.read_frame()?.value;
            ensure!(reply.is_null() == (unblocked == 1), "{unblocked} unblocked: {reply:?}");
            served += usize::from(!reply.is_null());
            // Whoever was not served has it still before him.
            let entry = added.as_bytes().context("no id")?.to_vec();
            let rest = writer.call(&["XREADGROUP", "GROUP", "g", "me", "STREAMS", "s", ">"])?;
            ensure!(rest.is_null() != (unblocked == 1), "{unblocked} unblocked: {rest:?}");
            let acknowledged = writer.call(&[b"XACK".to_vec(), b"s".into(), b"g".into(), entry])?;
            ensure!(acknowledged.as_integer() == Some(1), "it was delivered to nobody");
            // There is no second reply.
            ensure!(waiter.call(&["PING"])? == Value::Simple(b"PONG".to_vec()), "not in step");
        }
        println!("{served} of {RACES} were served");
        Ok(())
    })
}
