//! From the first argument to the last reply, in order.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use fanfare_engine::command::CommandTable;
use fanfare_net::mailbox::{Mailbox, MailboxReceiver, mailbox};
use fanfare_net::{EventLoop, Listener};
use fanfare_pubsub::ReactorId;

use crate::config::{self, Config, Loaded, Surroundings};
use crate::context::Handler;
use crate::families;
use crate::host::daemonize::{Side, daemonize};
use crate::host::limits::{ClientLimit, fit_clients, raise_file_limit};
use crate::host::os_error::os_error_text;
use crate::host::pid_file::{self, PidFile};
use crate::host::process::Process;
use crate::host::supervise::Supervisor;
use crate::host::{banner, crash, log, settings, signals, usage, version};
use crate::listen::{self, ListenError};
use crate::reactor::{Mail, Reactor};
use crate::shared::Shared;

/// Why the server did not start, or ended early.
#[derive(Debug)]
enum StartError {
    /// This is to be printed to standard error.
    Told(Vec<u8>),
    /// The log has it.
    Logged,
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        log::warning(format_args!("Cannot go on: {}", os_error_text(&error)));
        Self::Logged
    }
}

impl From<ListenError> for StartError {
    fn from(_: ListenError) -> Self {
        Self::Logged
    }
}

/// Runs the program with these arguments, the first of which is its own name, until it is told to stop.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let mut arguments: Vec<Vec<u8>> = arguments.into_iter().map(OsString::into_vec).collect();
    let title = if arguments.is_empty() { Vec::new() } else { arguments.remove(0) };
    match arguments.first().map(Vec::as_slice) {
        Some(b"-v" | b"--version") => return print(&format!("{}\n", version::version_line())),
        Some(b"-h" | b"--help") => {
            let _unreportable = io::stderr().write_all(usage::USAGE.as_bytes());
            return ExitCode::FAILURE;
        }
        _ => {}
    }
    match start(&String::from_utf8_lossy(&title), &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(StartError::Logged) => ExitCode::FAILURE,
        Err(StartError::Told(text)) => {
            let _unreportable = io::stderr().write_all(&text);
            ExitCode::FAILURE
        }
    }
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Everything that happens before clients can connect, then the server's life.
fn start(title: &str, arguments: &[Vec<u8>]) -> Result<(), StartError> {
    let mut commands =
        families::commands().map_err(|error| io::Error::other(format!("{error:?}")))?;
    let Loaded { mut config, file, notes } = load(arguments, &commands)?;
    std::env::set_current_dir(&config.directory)?;
    settings::open_log(&config).map_err(StartError::Told)?;
    let supervisor = Supervisor::detect(settings::supervision(&config));
    let is_daemon = config.daemonize && supervisor == Supervisor::None;
    if is_daemon && daemonize()? == Side::Parent {
        return Ok(());
    }
    crash::report_panics();
    settings::purge_memory(&config);
    log_start(title, arguments, &notes);
    for rename in &config.renamed_commands {
        // The configuration was checked; a command that is not built yet is renamed to no effect.
        let _checked = commands.rename(rename.name.as_bytes(), &rename.new_name);
    }
    log::process().set_role(log::Role::Primary);
    reduce_clients(&mut config)?;
    show_banner(&config);
    let pid_file = write_pid_file(&config, is_daemon);
    let process =
        Process { supervisor, title: title.to_owned(), config_file: file, ..Process::new()? };
    settings::set_process_title(&config, title, process.config_file.as_deref());
    log::notice(format_args!("Server initialized"));
    let listeners = listen::listen(&config)?;
    let unix_socket = config.unix_socket.clone();
    let leavings = pid_file.iter().map(|file| file.path().to_owned()).chain(unix_socket.clone());
    let leavings = leavings.collect();
    let served = serve(config, commands, process, listeners, leavings);
    end(pid_file, unix_socket);
    Ok(served?)
}

fn load(arguments: &[Vec<u8>], commands: &CommandTable<Handler>) -> Result<Loaded, StartError> {
    let mut surroundings = Surroundings {
        directory: std::env::current_dir()?,
        input: &mut io::stdin(),
        is_command: &|name| {
            commands.find_name(name.as_bytes()).is_some() || families::is_not_yet(name)
        },
    };
    config::load(arguments, &mut surroundings)
        .map_err(|error| StartError::Told(error.text(version::FANFARE_VERSION)))
}

fn log_start(title: &str, arguments: &[Vec<u8>], notes: &[String]) {
    log::notice(format_args!("oO0OoO0OoO0Oo Fanfare is starting oO0OoO0OoO0Oo"));
    log::notice(format_args!(
        "Fanfare version={}, bits={}, commit={}, modified={}, pid={}, just started",
        version::FANFARE_VERSION,
        usize::BITS,
        version::COMMIT,
        version::MODIFIED,
        std::process::id()
    ));
    if arguments.is_empty() {
        log::warning(format_args!(
            "Warning: no config file specified, using the default config. In order to specify a \
             config file use {title} /path/to/fanfare.conf"
        ));
    } else {
        log::notice(format_args!("Configuration loaded"));
    }
    for note in notes {
        log::warning(format_args!("{note}"));
    }
}

/// Raises the limit of open files, and has the server take no more clients than it allows.
fn reduce_clients(config: &mut Config) -> Result<(), StartError> {
    match fit_clients(config.clients_max, &raise_file_limit(config.clients_max)) {
        ClientLimit::Fits { maxclients, lines } => {
            config.clients_max = maxclients;
            for (level, line) in lines {
                log::process().write(level, format_args!("{line}"));
            }
            Ok(())
        }
        ClientLimit::Hopeless(line) => {
            log::warning(format_args!("{line}"));
            Err(StartError::Logged)
        }
    }
}

fn show_banner(config: &Config) {
    log::notice(format_args!("monotonic clock: POSIX clock_gettime"));
    let is_on_terminal = config.log_file.is_none() && io::stdout().is_terminal();
    if config.always_show_logo || is_on_terminal {
        log::process().write_plain(&banner::banner(config.port));
    }
    log::notice(format_args!("Running mode=standalone, port={}.", config.port));
}

fn write_pid_file(config: &Config, is_daemon: bool) -> Option<PidFile> {
    let default = is_daemon.then(|| PathBuf::from(pid_file::DEFAULT_PATH));
    PidFile::write(&config.pid_file.clone().or(default)?)
}

/// Runs a server until it is told to stop.
fn serve(
    config: Config,
    commands: CommandTable<Handler>,
    process: Process,
    listeners: Vec<Listener>,
    leavings: Vec<PathBuf>,
) -> io::Result<()> {
    let mut ends: Vec<(EventLoop, MailboxReceiver<Mail>)> = Vec::new();
    let mut mailboxes: Vec<Mailbox<Mail>> = Vec::new();
    for _ in 0..config.io_threads {
        let event_loop = EventLoop::new()?;
        let (sender, receiver) = mailbox(event_loop.waker());
        ends.push((event_loop, receiver));
        mailboxes.push(sender);
    }
    let listens_on_tcp = listeners.iter().any(|listener| listener.tcp_address().is_some());
    let listens_on_unix = listeners.iter().any(|listener| listener.tcp_address().is_none());
    for address in listeners.iter().filter_map(Listener::tcp_address) {
        log::notice(format_args!("Listening on {address}"));
    }
    let shared = Arc::new(Shared::new(config, commands, mailboxes.into(), process)?);
    let mut listeners = Some(listeners);
    let mut reactors = Vec::new();
    for ((event_loop, receiver), id) in ends.into_iter().zip(0..) {
        let shared = Arc::clone(&shared);
        let listeners = listeners.take().unwrap_or_default();
        reactors.push(Reactor::new(ReactorId(id), shared, event_loop, receiver, listeners)?);
    }
    let stopping = Arc::clone(&shared);
    shared.observed.memory.end_start();
    signals::watch(move || stopping.stop(), leavings)?;
    if listens_on_tcp {
        log::notice(format_args!("Ready to accept connections tcp"));
    }
    if listens_on_unix {
        log::notice(format_args!("Ready to accept connections unix"));
    }
    shared.process.supervisor.ready();
    run_reactors(&shared, reactors)
}

/// Runs each reactor on a thread, the first on this one. When one fails, all stop.
fn run_reactors(shared: &Shared, reactors: Vec<Reactor>) -> io::Result<()> {
    let run = |mut reactor: Reactor| {
        let ended = reactor.run();
        shared.stop();
        ended
    };
    let mut reactors = reactors.into_iter();
    let first = reactors.next();
    std::thread::scope(|scope| {
        let started: io::Result<Vec<_>> = reactors
            .map(|reactor| {
                let name = format!("reactor-{}", reactor.id.0);
                std::thread::Builder::new().name(name).spawn_scoped(scope, move || run(reactor))
            })
            .collect();
        if started.is_err() {
            shared.stop();
        }
        let mut ended = first.map_or(Ok(()), run);
        for thread in started? {
            let other = thread.join().map_err(|_| io::Error::other("a reactor panicked"));
            ended = ended.and(other.flatten());
        }
        ended
    })
}

fn end(pid_file: Option<PidFile>, unix_socket: Option<PathBuf>) {
    if let Some(pid_file) = pid_file {
        pid_file.remove();
    }
    if let Some(path) = unix_socket {
        log::notice(format_args!("Removing the unix socket file."));
        let _already_gone = std::fs::remove_file(path);
    }
    log::warning(format_args!("Fanfare is now ready to exit, bye bye..."));
}
