//! Starting, failing to start, and ending.

use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::process::{Command, Output};

use anyhow::{Context, Result};
use fanfare_protocol::decode::Value;
use fanfare_testkit::connection::PATIENCE;
use fanfare_testkit::ports::free_port;
use fanfare_testkit::{Product, ServerOptions, TestServer};
use rustix::process::Signal;

fn output_of(arguments: &[&str]) -> Result<Output> {
    Ok(Command::new(Product::Fanfare.program()?).args(arguments).output()?)
}

/// Starts with options that must fail, and gives what the server wrote.
fn failed_start(options: &ServerOptions) -> Result<String> {
    let mut server = TestServer::spawn(Product::Fanfare, options, free_port()?)?;
    let status = server.wait_for_exit()?;
    assert_eq!(status.code(), Some(1), "{}", server.output());
    Ok(server.output())
}

fn failed_file(text: &str) -> Result<String> {
    failed_start(&ServerOptions { file: Some(text.to_owned()), ..ServerOptions::default() })
}

fn failed_arguments(arguments: &[&str]) -> Result<String> {
    failed_start(&ServerOptions::with_arguments(arguments))
}

fn check_holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
}

#[test]
fn the_version_is_one_line_in_the_form_of_redis() -> Result<()> {
    for flag in ["--version", "-v"] {
        let output = output_of(&[flag])?;
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout)?;
        check_holds(&text, &["Fanfare server v=", " sha=", " malloc=", " bits=64 build="]);
        assert_eq!(text.lines().count(), 1);
    }
    Ok(())
}

#[test]
fn help_says_how_to_start() -> Result<()> {
    for arguments in [&["--help"][..], &["-h"], &["--help", "--port", "1"]] {
        let output = output_of(arguments)?;
        assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b""[..]));
        check_holds(&String::from_utf8(output.stderr)?, &["Usage: fanfare-server "]);
    }
    Ok(())
}

#[test]
fn a_file_that_is_not_there_is_named() -> Result<()> {
    let output = output_of(&["/nowhere/at/all.conf"])?;
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8([output.stdout, output.stderr].concat())?;
    check_holds(
        &text,
        &["can't open config file '/nowhere/at/all.conf': No such file or directory"],
    );
    Ok(())
}

#[test]
fn errors_of_the_file_quote_the_line() -> Result<()> {
    let text = failed_file("# fine\ntimeout 0\nnosuch directive\n")?;
    check_holds(
        &text,
        &[
            "*** FATAL CONFIG FILE ERROR",
            "Reading the configuration file, at line 3",
            ">>> 'nosuch directive'",
            "Bad directive or wrong number of arguments",
        ],
    );
    check_holds(
        &failed_file("timeout soon\n")?,
        &["at line 1", ">>> 'timeout soon'", "argument couldn't be parsed into an integer"],
    );
    check_holds(&failed_file("\n\nloglevel \"notice\n")?, &["at line 3", "Unbalanced quotes"]);
    check_holds(&failed_file("maxclients 0\n")?, &["argument must be between 1 and 4294967295"]);
    check_holds(&failed_file("protected-mode maybe\n")?, &["argument must be 'yes' or 'no'"]);
    check_holds(&failed_file("maxmemory\n")?, &["wrong number of arguments"]);
    Ok(())
}

#[test]
fn errors_of_arguments_quote_them() -> Result<()> {
    check_holds(
        &failed_arguments(&["--nosuch", "1"])?,
        &["*** FATAL CONFIG FILE ERROR", ">>> 'nosuch \"1\"'", "Bad directive"],
    );
    check_holds(&failed_arguments(&["--dir", "/nowhere/at/all"])?, &["No such file or directory"]);
    Ok(())
}

#[test]
fn a_port_in_use_is_told() -> Result<()> {
    let holder = TcpListener::bind("127.0.0.1:0")?;
    let port = holder.local_addr()?.port();
    let mut server = TestServer::spawn(Product::Fanfare, &ServerOptions::default(), port)?;
    assert_eq!(server.wait_for_exit()?.code(), Some(1));
    check_holds(&server.output(), &["Address already in use", &port.to_string()]);
    Ok(())
}

#[test]
fn the_log_says_where_it_listens_in_the_form_of_redis() -> Result<()> {
    let server = TestServer::start(Product::Fanfare, &[])?;
    let log = server.output();
    check_holds(&log, &["Ready to accept connections", &server.address().port().to_string()]);
    let prefix = format!("{}:M ", server.pid());
    assert!(log.lines().any(|line| line.starts_with(&prefix)), "{log}");
    Ok(())
}

#[test]
fn arguments_override_the_file() -> Result<()> {
    let options = ServerOptions {
        file: Some("timeout 11\nmaxclients 22\n".to_owned()),
        arguments: ["--timeout", "33"].map(str::to_owned).to_vec(),
        ..ServerOptions::default()
    };
    let server = TestServer::start_with(Product::Fanfare, &options)?;
    let mut connection = server.connect()?;
    let timeout = connection.call(&["CONFIG", "GET", "timeout"])?;
    assert_eq!(format!("{timeout:?}"), r#"["timeout", "33"]"#);
    let maxclients = connection.call(&["CONFIG", "GET", "maxclients"])?;
    assert_eq!(format!("{maxclients:?}"), r#"["maxclients", "22"]"#);
    Ok(())
}

#[test]
fn rewriting_keeps_comments_and_starts_again() -> Result<()> {
    let file = "# keep me\ntimeout 11\n\n# and me\nmaxclients 22\n".to_owned();
    let options = ServerOptions { file: Some(file), ..ServerOptions::default() };
    let server = TestServer::start_with(Product::Fanfare, &options)?;
    let mut connection = server.connect()?;
    assert_eq!(
        connection.call(&["CONFIG", "SET", "timeout", "44"])?,
        Value::Simple(b"OK".to_vec())
    );
    assert_eq!(connection.call(&["CONFIG", "REWRITE"])?, Value::Simple(b"OK".to_vec()));
    let text = std::fs::read_to_string(server.folder().join("server.conf"))?;
    let lines: Vec<&str> = text.lines().take(5).collect();
    assert_eq!(lines, ["# keep me", "timeout 44", "", "# and me", "maxclients 22"]);
    let options = ServerOptions { file: Some(text), ..ServerOptions::default() };
    let again = TestServer::start_with(Product::Fanfare, &options)?;
    let timeout = again.connect()?.call(&["CONFIG", "GET", "timeout"])?;
    assert_eq!(format!("{timeout:?}"), r#"["timeout", "44"]"#);
    Ok(())
}

/// Replies in flight are flushed, connections end, the exit code is 0.
#[test]
fn a_signal_ends_the_server_in_order() -> Result<()> {
    for signal in [Signal::TERM, Signal::INT] {
        let mut server = TestServer::start(Product::Fanfare, &[])?;
        let mut subscriber = server.connect()?;
        subscriber.call(&["SUBSCRIBE", "news"])?;
        server.signal(signal)?;
        assert_eq!(subscriber.read_until_closed()?, b"");
        assert_eq!(server.wait_for_exit()?.code(), Some(0), "{}", server.output());
        assert!(server.connect().is_err());
    }
    Ok(())
}

#[test]
fn shutdown_ends_the_server_in_order() -> Result<()> {
    for words in [&["SHUTDOWN"][..], &["shutdown", "nosave"], &["SHUTDOWN", "NOW", "FORCE"]] {
        let mut server = TestServer::start(Product::Fanfare, &[])?;
        let mut connection = server.connect()?;
        connection.request(words)?;
        assert_eq!(connection.read_until_closed()?, b"");
        assert_eq!(server.wait_for_exit()?.code(), Some(0));
    }
    Ok(())
}

#[test]
fn the_pid_file_comes_and_goes() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("server.pid");
    let path = file.to_str().context("the path is text")?;
    let mut server = TestServer::start(Product::Fanfare, &["--pidfile", path])?;
    server.wait_for_output("Ready to accept connections")?;
    assert_eq!(std::fs::read_to_string(&file)?.trim(), server.pid().to_string());
    server.signal(Signal::TERM)?;
    server.wait_for_exit()?;
    assert!(!file.exists());
    Ok(())
}

#[test]
fn the_notify_socket_hears_of_start_and_end() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let options = ServerOptions {
        arguments: ["--supervised", "systemd"].map(str::to_owned).to_vec(),
        environment: vec![("NOTIFY_SOCKET".to_owned(), path.to_string_lossy().into_owned())],
        ..ServerOptions::default()
    };
    let mut server = TestServer::start_with(Product::Fanfare, &options)?;
    let hear = || -> Result<String> {
        let mut buffer = [0; 1024];
        let length = socket.recv(&mut buffer).context("nothing came to the socket")?;
        Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
    };
    let mut heard = String::new();
    while !heard.contains("READY=1") {
        heard.push_str(&hear()?);
        heard.push('\n');
    }
    assert!(heard.contains("STATUS=Ready to accept connections"), "{heard}");
    server.signal(Signal::TERM)?;
    let mut last = String::new();
    while !last.contains("STOPPING=1") {
        last.push_str(&hear()?);
    }
    assert_eq!(server.wait_for_exit()?.code(), Some(0));
    Ok(())
}

#[test]
fn a_unix_socket_has_its_mode_and_goes_with_the_server() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("socket");
    let text = path.to_str().context("the path is text")?;
    let arguments = ["--unixsocket", text, "--unixsocketperm", "700"];
    let mut server = TestServer::start(Product::Fanfare, &arguments)?;
    assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o777, 0o700);
    let mut stream = UnixStream::connect(&path)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    std::io::Write::write_all(&mut stream, b"PING\r\n")?;
    let mut reply = [0; 7];
    stream.read_exact(&mut reply)?;
    assert_eq!(&reply, b"+PONG\r\n");
    server.signal(Signal::TERM)?;
    server.wait_for_exit()?;
    assert!(!path.exists());
    Ok(())
}

#[test]
fn the_log_goes_to_its_file() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("server.log");
    let path = file.to_str().context("the path is text")?;
    let server = TestServer::start(Product::Fanfare, &["--logfile", path])?;
    let log = std::fs::read_to_string(&file)?;
    check_holds(&log, &["Ready to accept connections", &format!("{}:M ", server.pid())]);
    Ok(())
}

#[test]
fn a_renamed_command_is_known_by_its_new_name_alone() -> Result<()> {
    let arguments = ["--rename-command", "ECHO", "SAY", "--rename-command", "DEBUG", ""];
    let server = TestServer::start(Product::Fanfare, &arguments)?;
    let mut connection = server.connect()?;
    assert_eq!(connection.call(&["SAY", "x"])?, Value::Bulk(b"x".to_vec()));
    connection.send(b"ECHO x\r\nDEBUG y\r\n")?;
    connection.expect(b"-ERR unknown command 'ECHO', with args beginning with: 'x' \r\n")?;
    connection.expect(b"-ERR unknown command 'DEBUG', with args beginning with: 'y' \r\n")
}

/// A directive of a feature that is not there yet is taken, and the log says so.
#[test]
fn directives_without_effect_are_told() -> Result<()> {
    let options = ServerOptions {
        file: Some("appendonly yes\nappendfilename \"x.aof\"\n".to_owned()),
        ..ServerOptions::default()
    };
    let server = TestServer::start_with(Product::Fanfare, &options)?;
    check_holds(&server.output(), &["appendonly"]);
    Ok(())
}
