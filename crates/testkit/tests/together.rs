//! Many clients whose requests reach the server in one turn of its loop, where they are read before the first of them is run.

use anyhow::{Context, Result, ensure};
use fanfare_protocol::decode::Value;
use fanfare_testkit::{Connection, Product, TestServer};

/// Clients of which each sends something of its own; more than are read together.
const CLIENTS: usize = 60;
/// How often.
const ROUNDS: usize = 3;
/// What a pipeline sends whose bytes come in several reads.
const LONG_BYTES: usize = 200_000;

fn bulk(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}

fn request(words: &[&str]) -> String {
    words.iter().fold(format!("*{}\r\n", words.len()), |text, word| text + &bulk(word))
}

/// What a client sends, in two pieces, and what it gets for it. Which of several kinds it is, its number says.
fn talk(number: usize, round: usize) -> ([String; 2], String) {
    let key = format!("key:{number}");
    let set = request(&["SET", &key, "value"]);
    let whole = |text: String, reply: String| ([text, String::new()], reply);
    match number % 10 {
        0 => whole(request(&["SET", &key, "value"]), "+OK\r\n".to_owned()),
        1 => whole(request(&["INCR", &key]), format!(":{}\r\n", round + 1)),
        2 => whole("PING\r\n".to_owned(), "+PONG\r\n".to_owned()),
        3 => {
            let half = set.len() / 2;
            ([set[..half].to_owned(), set[half..].to_owned()], "+OK\r\n".to_owned())
        }
        4 => whole(
            [set, request(&["GET", &key]), request(&["DEL", &key])].concat(),
            format!("+OK\r\n{}:1\r\n", bulk("value")),
        ),
        5 => whole(
            [request(&["MULTI"]), set, request(&["GET", &key]), request(&["EXEC"])].concat(),
            format!("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n{}", bulk("value")),
        ),
        6 => whole(
            [request(&["SELECT", "1"]), set, request(&["SELECT", "0"]), request(&["GET", &key])]
                .concat(),
            "+OK\r\n+OK\r\n+OK\r\n$-1\r\n".to_owned(),
        ),
        7 => whole(
            request(&["HSET", "hash", &key, "value"]),
            format!(":{}\r\n", usize::from(round == 0)),
        ),
        8 => whole(
            request(&["GET"]) + &request(&["ECHO", "a"]).repeat(40),
            "-ERR wrong number of arguments for 'get' command\r\n".to_owned()
                + &bulk("a").repeat(40),
        ),
        _ => {
            let long = "x".repeat(LONG_BYTES);
            whole(
                request(&["SET", &key, &long]) + &request(&["GET", &key]),
                "+OK\r\n".to_owned() + &bulk(&long),
            )
        }
    }
}

/// A server with so many threads, a connection to hold it up, and the clients.
fn start(threads: &str) -> Result<(TestServer, Connection, Vec<Connection>)> {
    let arguments = ["--io-threads", threads, "--enable-debug-command", "yes"];
    let server = TestServer::start(Product::Fanfare, &arguments)?;
    let control = server.connect()?;
    let clients = (0..CLIENTS).map(|_| server.connect()).collect::<Result<_>>()?;
    Ok((server, control, clients))
}

/// Has the server's threads stand still for a moment, in which requests gather.
fn hold_up(control: &mut Connection) -> Result<()> {
    control.request(&["DEBUG", "SLEEP", "0.2"])
}

#[test]
fn each_client_gets_the_replies_to_its_own_requests() -> Result<()> {
    for threads in ["1", "4"] {
        let (_server, mut control, mut clients) = start(threads)?;
        for round in 0..ROUNDS {
            hold_up(&mut control)?;
            for (number, client) in clients.iter_mut().enumerate() {
                client.send(talk(number, round).0[0].as_bytes())?;
            }
            control.expect(b"+OK\r\n")?;
            for (number, client) in clients.iter_mut().enumerate() {
                let ([_, rest], replies) = talk(number, round);
                client.send(rest.as_bytes())?;
                client
                    .expect(replies.as_bytes())
                    .with_context(|| format!("client {number}, round {round}"))?;
            }
        }
    }
    Ok(())
}

#[test]
fn the_keys_of_one_are_not_taken_for_those_of_another() -> Result<()> {
    // More than are looked for ahead, in the order in which they were set.
    let names: Vec<String> = (0..40).map(|number| format!("shared:{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let read = |names: &[&str]| match names {
        [name] => (request(&["GET", name]), bulk(name)),
        _ => {
            let values: String = names.iter().map(|name| bulk(name)).collect();
            (request(&[&["MGET"], names].concat()), format!("*{}\r\n{values}", names.len()))
        }
    };
    let several = [&names[..2], &names[..1], &names[1..2], &names, &names[..1], &names[39..]];
    for threads in ["1", "4"] {
        let (_server, mut control, mut clients) = start(threads)?;
        for name in &names {
            control.call(&["SET", name, name])?;
        }
        hold_up(&mut control)?;
        for (client, names) in clients.iter_mut().zip(several.iter().cycle()) {
            client.send(read(names).0.as_bytes())?;
        }
        control.expect(b"+OK\r\n")?;
        for (number, (client, names)) in clients.iter_mut().zip(several.iter().cycle()).enumerate()
        {
            client.expect(read(names).1.as_bytes()).with_context(|| format!("client {number}"))?;
        }
        // And in one client's pipeline.
        let all = || several.iter().map(|names| read(names));
        clients[0].send(all().map(|(request, _)| request).collect::<String>().as_bytes())?;
        clients[0].expect(all().map(|(_, reply)| reply).collect::<String>().as_bytes())?;
    }
    Ok(())
}

/// Requests in order, of which neighbours have the name and the number of arguments in common, but little else: subcommands,
/// keys that a number or a word tells, errors.
const ALIKE: &[&str] = &[
    "RPUSH list 3 1 2",
    "RPUSH other 5 4 6",
    "OBJECT ENCODING list",
    "OBJECT REFCOUNT list",
    "OBJECT NOPE list",
    "CONFIG GET maxmemory",
    "CONFIG NOPE maxmemory",
    "SADD one a b",
    "SADD two b c",
    "SADD list b c",
    "SINTERCARD 2 one two",
    "SINTERCARD 1 one two",
    "SINTERCARD x one two",
    "ZADD scored 1 a",
    "ZADD scored x a",
    "zadd scored 2 a",
    "ZUNIONSTORE union 2 scored one",
    "ZUNIONSTORE union 1 scored one",
    "SORT list LIMIT 0 1",
    "SORT other ALPHA STORE sorted",
    "SORT list BY nosort DESC",
    "LRANGE sorted 0 -1",
    "LRANGE union 0 -1",
    "XADD first 1-1 a b",
    "XADD second 1-1 c d",
    "XREAD COUNT 1 STREAMS first 0",
    "XREAD STREAMS first second 0 0",
    "XREAD COUNT 1 STREAMS second 1-1",
    "GET",
    "GET list",
    "NOPE list",
    "NOPE other",
    "LMPOP 1 list LEFT",
    "LMPOP 2 list other",
    "DEL one two",
    "DEL list list",
];

#[test]
fn requests_that_begin_alike_are_told_apart() -> Result<()> {
    let (_server, mut control, _) = start("1")?;
    let words = |line: &&'static str| line.split(' ').collect::<Vec<_>>();
    let one_by_one: Vec<Value> =
        ALIKE.iter().map(|line| control.call(&words(line))).collect::<Result<_>>()?;
    control.call(&["FLUSHALL"])?;
    let all: String = ALIKE.iter().map(|line| request(&words(line))).collect();
    control.send(all.as_bytes())?;
    for (line, expected) in ALIKE.iter().zip(one_by_one) {
        let reply = control.read_frame()?.value;
        ensure!(reply == expected, "{line}: {reply:?}, alone {expected:?}");
    }
    Ok(())
}

#[test]
fn who_is_killed_by_another_runs_nothing_more() -> Result<()> {
    let (server, mut control, mut clients) = start("1")?;
    hold_up(&mut control)?;
    // The first to run ends all the others; each that still ran would count itself. Who is ended before it has sent its
    // requests cannot send them.
    let kill = request(&["MULTI"])
        + &request(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"])
        + &request(&["INCR", "ran"])
        + &request(&["EXEC"]);
    for client in &mut clients {
        client.send(kill.as_bytes()).ok();
    }
    let ended = clients.iter_mut().filter_map(|client| client.read_frame().err()).count();
    let ran = server.connect()?.call(&["GET", "ran"])?;
    ensure!(ran == Value::Bulk(b"1".to_vec()), "{ran:?}");
    ensure!(ended == CLIENTS - 1, "{ended} of {CLIENTS} were ended");
    Ok(())
}

#[test]
fn requests_before_the_end_of_a_stream_are_answered() -> Result<()> {
    for threads in ["1", "4"] {
        let (_server, mut control, mut clients) = start(threads)?;
        hold_up(&mut control)?;
        for client in &mut clients {
            client.send(request(&["INCR", "all"]).repeat(3).as_bytes())?;
            client.finish()?;
        }
        for (number, client) in clients.iter_mut().enumerate() {
            let replies = client.read_until_closed()?;
            let lines = replies.split(|&byte| byte == b'\n').count() - 1;
            ensure!(lines == 3, "client {number}: {}", replies.escape_ascii());
        }
        control.expect(b"+OK\r\n")?;
        let all = control.call(&["GET", "all"])?;
        ensure!(all == Value::Bulk((3 * CLIENTS).to_string().into_bytes()), "{all:?}");
    }
    Ok(())
}
