//! The client against a scripted peer.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use fanfare_client::{Address, Connection, Login, LoginError, ReceiveError, Timeouts, Value};
use fanfare_protocol::RespVersion;

/// Reads `expected`, writes `answer`, for each step; then closes.
fn play(mut stream: impl Read + Write, steps: Vec<(&'static str, &'static str)>) {
    for (expected, answer) in steps {
        let mut request = vec![0; expected.len()];
        stream.read_exact(&mut request).unwrap();
        assert_eq!(String::from_utf8_lossy(&request), expected);
        stream.write_all(answer.as_bytes()).unwrap();
    }
}

fn peer(steps: Vec<(&'static str, &'static str)>) -> (Connection, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let played = thread::spawn(move || play(listener.accept().unwrap().0, steps));
    let connection =
        Connection::open(&Address::tcp("127.0.0.1", port), Timeouts::default()).unwrap();
    (connection, played)
}

const PING: &str = "*1\r\n$4\r\nPING\r\n";

#[test]
fn calls_set_pushes_aside() {
    let push = ">2\r\n+invalidate\r\n_\r\n";
    let answer = [push, "+PONG\r\n", push].concat().leak();
    let (mut connection, played) = peer(vec![(PING, answer)]);
    assert_eq!(connection.call(&["PING"]).unwrap(), Value::Simple("PONG".into()));
    let expected = Value::Push(vec![Value::Simple("invalidate".into()), Value::Null]);
    assert_eq!(connection.next_push(), Some(expected.clone()));
    assert_eq!(connection.next_push(), None);
    assert_eq!(connection.receive().unwrap(), expected);
    assert!(matches!(connection.receive(), Err(ReceiveError::Closed)));
    played.join().unwrap();
}

#[test]
fn pipelines_answer_in_order() {
    let requests = [PING, "*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n"].concat().leak();
    let (mut connection, played) = peer(vec![(requests, "+PONG\r\n$1\r\nx\r\n")]);
    let replies = connection.pipeline(&[vec!["PING"], vec!["ECHO", "x"]]).unwrap();
    assert_eq!(replies, [Value::Simple("PONG".into()), Value::Bulk("x".into())]);
    played.join().unwrap();
}

#[test]
fn login_says_only_what_is_needed() {
    let (mut connection, played) = peer(vec![
        ("*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$1\r\np\r\n", "+OK\r\n"),
        ("*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n", "%0\r\n"),
        ("*2\r\n$6\r\nSELECT\r\n$1\r\n9\r\n", "-ERR DB index is out of range\r\n"),
    ]);
    let login = Login {
        version: RespVersion::Resp3,
        user: Some("u".into()),
        password: Some("p".into()),
        database: 9,
    };
    match connection.login(&login) {
        Err(LoginError::Refused { step, reply }) => {
            assert_eq!((step, &reply[..]), ("SELECT", &b"ERR DB index is out of range"[..]));
        }
        other => panic!("{other:?}"),
    }
    played.join().unwrap();
}

#[test]
fn a_silent_server_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = Address::tcp("127.0.0.1", listener.local_addr().unwrap().port());
    let timeouts = Timeouts { read: Some(Duration::from_millis(10)), ..Timeouts::default() };
    let mut connection = Connection::open(&address, timeouts).unwrap();
    assert!(matches!(connection.call(&["PING"]), Err(ReceiveError::TimedOut)));
}

#[test]
fn unix_sockets_work_alike() {
    let folder = std::env::temp_dir().join(format!("fanfare-client-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let played =
        thread::spawn(move || play(listener.accept().unwrap().0, vec![(PING, "+PONG\r\n")]));
    let mut connection = Connection::open(&Address::Unix(path), Timeouts::default()).unwrap();
    assert_eq!(connection.call(&["PING"]).unwrap(), Value::Simple("PONG".into()));
    played.join().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_refused_connection_names_the_address() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    // As long as a connection has the port, nobody else can listen there.
    let holder = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let port = holder.local_addr().unwrap().port();
    let address = Address::tcp("127.0.0.1", port);
    let error = Connection::open(&address, Timeouts::default()).unwrap_err();
    assert_eq!(error.address, address);
    assert_eq!(error.source.kind(), std::io::ErrorKind::ConnectionRefused);
}
