//! What an operator does to a running process: signals, a daemon, a rotated log, other listeners, figures.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fanfare_testkit::connection::PATIENCE;
use fanfare_testkit::ports::free_port;
use fanfare_testkit::{Connection, Product, ServerOptions, TestServer};
use rustix::process::{Pid, Signal, kill_process};

/// How long to rest between two looks at what cannot be awaited.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        if Instant::now() > end {
            bail!("{what} did not come to hold");
        }
        std::thread::sleep(LOOK_INTERVAL);
    }
    Ok(())
}

fn info(connection: &mut Connection, section: &str) -> Result<String> {
    Ok(format!("{:?}", connection.call(&["INFO", section])?))
}

#[test]
fn a_second_signal_ends_the_server_at_once() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (pid_file, socket) = (folder.path().join("pid"), folder.path().join("socket"));
    let paths = [&pid_file, &socket].map(|path| path.to_string_lossy().into_owned());
    let arguments = ["--enable-debug-command", "yes", "--io-threads", "1"];
    let files = ["--pidfile", &paths[0], "--unixsocket", &paths[1]];
    let mut server = TestServer::start(Product::Fanfare, &[&arguments[..], &files].concat())?;
    assert!(pid_file.exists() && socket.exists());
    // The only reactor cannot look at the first signal once it sleeps, and nothing comes between two commands of a
    // transaction.
    let mut sleeper = server.connect()?;
    for words in
        [&["MULTI"][..], &["DEBUG", "LOG", "good night"], &["DEBUG", "SLEEP", "3600"], &["EXEC"]]
    {
        sleeper.request(words)?;
    }
    server.wait_for_output("DEBUG LOG: good night")?;
    server.signal(Signal::TERM)?;
    server.wait_for_output("Received SIGTERM scheduling shutdown...")?;
    server.signal(Signal::INT)?;
    assert_eq!(server.wait_for_exit()?.code(), Some(1));
    assert!(server.output().contains("You insist... exiting now."), "{}", server.output());
    assert!(!pid_file.exists() && !socket.exists());
    Ok(())
}

#[test]
fn a_mistake_of_the_server_ends_it_with_a_report() -> Result<()> {
    let mut server = TestServer::start(Product::Fanfare, &["--enable-debug-command", "yes"])?;
    let mut connection = server.connect()?;
    connection.request(&["DEBUG", "PANIC"])?;
    assert_eq!(server.wait_for_exit()?.signal(), Some(Signal::ABORT.as_raw()));
    let output = server.output();
    for part in ["BUG REPORT START", "DEBUG PANIC was called", "reactor", "BUG REPORT END"] {
        assert!(output.contains(part), "{part} is not in\n{output}");
    }
    Ok(())
}

#[test]
fn a_hangup_of_the_terminal_is_ignored() -> Result<()> {
    let mut server = TestServer::start(Product::Fanfare, &[])?;
    server.signal(Signal::HUP)?;
    assert_eq!(format!("{:?}", server.connect()?.call(&["PING"])?), "+PONG");
    server.signal(Signal::TERM)?;
    assert_eq!(server.wait_for_exit()?.code(), Some(0));
    Ok(())
}

#[test]
fn a_daemon_leaves_the_terminal_and_shows_its_title() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (pid_file, log_file) = (folder.path().join("pid"), folder.path().join("log"));
    let port = free_port()?;
    let status = Command::new(Product::Fanfare.program()?)
        .args(["--daemonize", "yes", "--bind", "127.0.0.1", "--port", &port.to_string()])
        .arg("--pidfile")
        .arg(&pid_file)
        .arg("--logfile")
        .arg(&log_file)
        .status()?;
    assert_eq!(status.code(), Some(0));
    wait_until("readiness", || read(&log_file).contains("Ready to accept connections"))?;
    let pid: i32 = read(&pid_file).trim().parse().context("the pid file holds a number")?;
    let pid = Pid::from_raw(pid).context("a process has a number")?;
    let title = read(Path::new(&format!("/proc/{pid}/cmdline")));
    let session = rustix::process::getsid(Some(pid))?;
    kill_process(pid, Signal::TERM)?;
    wait_until("the end", || !pid_file.exists())?;
    assert!(title.contains(&format!("fanfare-server 127.0.0.1:{port}")), "{title:?}");
    assert_eq!(session, pid, "it leads a session of its own");
    Ok(())
}

/// The title stands where the arguments stood, which are shorter here than the title with the program's folder.
#[test]
fn a_title_for_which_there_is_no_room_leaves_the_folder_out() -> Result<()> {
    let port = free_port()?;
    let mut child = Command::new(Product::Fanfare.program()?)
        .args(["--port", &port.to_string()])
        .stdout(Stdio::null())
        .spawn()?;
    let cmdline = format!("/proc/{}/cmdline", child.id());
    let is_there = wait_until("readiness", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    let title = read(Path::new(&cmdline));
    child.kill()?;
    child.wait()?;
    is_there?;
    let title = title.trim_end_matches('\0');
    assert_eq!(title, format!("fanfare-server 127.0.0.1:{port}"));
    Ok(())
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn too_few_files_for_one_client_end_the_start() -> Result<()> {
    let options = ServerOptions { files_max: Some(32), ..ServerOptions::default() };
    let mut server = TestServer::spawn(Product::Fanfare, &options, free_port()?)?;
    assert_eq!(server.wait_for_exit()?.code(), Some(1));
    let expected = "# Your current 'ulimit -n' of 32 is not enough for the server to start. Please \
                    increase your open file limit to at least 10032. Exiting.";
    assert!(server.output().contains(expected), "{}", server.output());
    Ok(())
}

#[test]
fn a_rotated_log_file_is_made_again() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("log");
    let text = path.to_str().context("the path is text")?;
    let arguments = ["--enable-debug-command", "yes", "--logfile", text];
    let server = TestServer::start(Product::Fanfare, &arguments)?;
    let mut connection = server.connect()?;
    connection.call(&["DEBUG", "LOG", "before"])?;
    std::fs::rename(&path, folder.path().join("log.1"))?;
    connection.call(&["DEBUG", "LOG", "after"])?;
    assert!(read(&folder.path().join("log.1")).contains("DEBUG LOG: before"));
    assert_eq!(read(&path).lines().count(), 1);
    assert!(read(&path).contains(":M ") && read(&path).contains(" # DEBUG LOG: after\n"));
    Ok(())
}

#[test]
fn levels_change_while_the_server_runs() -> Result<()> {
    let server = TestServer::start(Product::Fanfare, &[])?;
    let mut connection = server.connect()?;
    connection.call(&["CONFIG", "SET", "loglevel", "verbose"])?;
    let address = server.connect()?.stream().local_addr()?;
    server.wait_for_output(&format!("- Accepted {address}"))?;
    Ok(())
}

/// The log's warnings of a limit below the memory in use, each from its mark on and with `*` for what is in use.
fn memory_warnings(server: &TestServer) -> Vec<String> {
    let output = server.output();
    let warnings = output.lines().filter_map(|line| {
        let text = &line[line.find("# WARNING: the new maxmemory")?..];
        let (before, rest) = text.split_once("usage (")?;
        let (used, behind) = rest.split_once(')')?;
        used.parse::<u64>().ok().map(|_| format!("{before}usage (*){behind}"))
    });
    warnings.collect()
}

/// A limit is warned of when it changes, and memory is over it.
#[test]
fn a_limit_below_the_memory_in_use_is_warned_of() -> Result<()> {
    for (product, threads) in
        [(Product::Redis82, "1"), (Product::Fanfare, "1"), (Product::Fanfare, "3")]
    {
        let server = TestServer::start(product, &["--io-threads", threads])?;
        let mut connection = server.connect()?;
        for words in ["100", "100", "100gb", "0", "200 maxmemory-policy noeviction", "200 hz 11"] {
            let set = "CONFIG SET maxmemory".split(' ').chain(words.split(' '));
            let reply = connection.call(&set.collect::<Vec<_>>())?;
            assert_eq!(format!("{reply:?}"), "+OK");
        }
        let warnings = ["100", "200"].map(|limit| {
            format!(
                "# WARNING: the new maxmemory value set via CONFIG SET ({limit}) is smaller than the \
                 current memory usage (*). This will result in key eviction and/or the inability to \
                 accept new write commands depending on the maxmemory-policy."
            )
        });
        assert_eq!(memory_warnings(&server), warnings, "{}", product.name());
    }
    Ok(())
}

#[test]
fn another_port_takes_clients_and_connected_ones_stay() -> Result<()> {
    for threads in ["1", "3"] {
        let server = TestServer::start(Product::Fanfare, &["--io-threads", threads])?;
        let mut connections = [server.connect()?, server.connect()?];
        let port = free_port()?;
        let [asking, other] = &mut connections;
        let reply = asking.call(&["CONFIG", "SET", "port", &port.to_string()])?;
        assert_eq!(format!("{reply:?}"), "+OK");
        let address = SocketAddr::new(server.address().ip(), port);
        assert_eq!(format!("{:?}", Connection::open(address)?.call(&["PING"])?), "+PONG");
        assert!(server.connect().is_err(), "the former port is closed");
        assert_eq!(format!("{:?}", other.call(&["PING"])?), "+PONG");
        assert!(info(other, "server")?.contains(&format!("tcp_port:{port}")));
    }
    Ok(())
}

#[test]
fn a_port_in_use_leaves_the_former_one_open() -> Result<()> {
    let server = TestServer::start(Product::Fanfare, &["--enable-protected-configs", "yes"])?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let mut connection = server.connect()?;
    let port = taken.local_addr()?.port().to_string();
    let folder = || std::fs::read_link(format!("/proc/{}/cwd", server.pid()));
    let folder_before = folder()?;
    let request = ["CONFIG", "SET", "timeout", "7", "dir", "/", "port", &port];
    let reply = connection.call(&request)?;
    let reply = format!("{reply:?}");
    assert!(reply.starts_with("-ERR CONFIG SET failed (possibly related to argument "), "{reply}");
    assert!(reply.ends_with("Unable to listen on this port. Check server logs."), "{reply}");
    let timeout = server.connect()?.call(&["CONFIG", "GET", "timeout"])?;
    assert_eq!(format!("{timeout:?}"), r#"["timeout", "0"]"#, "all or nothing");
    assert_eq!(folder()?, folder_before, "all or nothing");
    Ok(())
}

#[test]
fn a_setting_is_in_force_for_the_next_request_of_a_pipeline() -> Result<()> {
    for threads in ["1", "3"] {
        let server = TestServer::start(Product::Fanfare, &["--io-threads", threads])?;
        // More connections than reactors, so that each reactor has some.
        for number in 1..=6 {
            let mut connection = server.connect()?;
            let value = (number * 11).to_string();
            connection.request(&["CONFIG", "SET", "timeout", &value])?;
            connection.request(&["CONFIG", "GET", "timeout"])?;
            assert_eq!(format!("{:?}", connection.read_frame()?.value), "+OK");
            let reply = format!("{:?}", connection.read_frame()?.value);
            assert_eq!(reply, format!(r#"["timeout", "{value}"]"#));
        }
    }
    Ok(())
}

#[test]
fn figures_follow_what_clients_do() -> Result<()> {
    let server = TestServer::start(Product::Fanfare, &["--io-threads", "2"])?;
    let mut connection = server.connect()?;
    connection.call(&["CONFIG", "RESETSTAT"])?;
    let mut subscribers = [server.connect()?, server.connect()?];
    for subscriber in &mut subscribers {
        subscriber.call(&["SUBSCRIBE", "news"])?;
    }
    subscribers[0].request(&["PSUBSCRIBE", "n*"])?;
    subscribers[0].read_frame()?;
    connection.call(&["PUBLISH", "news", "hi"])?;
    connection.call(&["NOSUCH"])?;
    connection.call(&["ECHO"])?;
    let figures = info(&mut connection, "everything")?;
    for figure in [
        "connected_clients:3\r\n",
        "pubsub_clients:2\r\n",
        "pubsub_channels:1\r\n",
        "pubsub_patterns:1\r\n",
        "total_connections_received:2\r\n",
        "total_error_replies:2\r\n",
        "errorstat_ERR:count=2\r\n",
        "cmdstat_echo:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0\r\n",
        "cmdstat_publish:calls=1,",
        "cmdstat_subscribe:calls=2,",
        "latency_percentiles_usec_publish:p50=",
    ] {
        let figure = figure.replace("\r\n", "\\r\\n");
        assert!(figures.contains(&figure), "{figure} is not in {figures}");
    }
    drop(subscribers);
    // A client ceases to be a subscriber a little before it ceases to be a client.
    wait_until("the clients' end", || {
        info(&mut connection, "clients").is_ok_and(|text| {
            text.contains("pubsub_clients:0") && text.contains("connected_clients:1")
        })
    })
}
