//! The terminal and the standard streams.

use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{self, InputModes, LocalModes, OptionalActions, Termios};
use signal_hook::consts::SIGINT;

/// How long an interrupt that comes just before waiting may go unseen.
const INTERRUPT_CHECK: Duration = Duration::from_millis(100);

/// The exit status after Ctrl-C where lines cannot be edited.
const INTERRUPTED_STATUS: i32 = 1;

/// Longest password that is read from the terminal.
const PASSWORD_BYTES_MAX: usize = 4096;

/// Writes to stdout at once.
pub(crate) fn print(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// Writes a line to stderr. Nobody is left to be told when that fails.
pub(crate) fn print_error(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// True where the terminal understands colours.
pub(crate) fn has_colours() -> bool {
    std::env::var_os("TERM").is_some_and(|terminal| !terminal.is_empty() && terminal != "dumb")
}

/// True where stdin is a terminal.
pub(crate) fn stdin_is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// True where stdout is a terminal.
pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Columns of the terminal that stdout is; 80 if it does not say.
pub(crate) fn columns() -> usize {
    let size = termios::tcgetwinsize(io::stdout()).ok();
    size.map(|size| usize::from(size.ws_col)).filter(|&columns| columns > 0).unwrap_or(80)
}

/// Ctrl-C, where it shall not end the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupts {
    /// None where Ctrl-C ends the program.
    raised: Option<Arc<AtomicBool>>,
    /// Set while Ctrl-C ends the program after all.
    ends_program: Arc<AtomicBool>,
}

impl Interrupts {
    /// Takes over SIGINT for the rest of the program.
    pub(crate) fn install() -> io::Result<Self> {
        let raised = Arc::new(AtomicBool::new(false));
        let ends_program = Arc::new(AtomicBool::new(false));
        let status = INTERRUPTED_STATUS;
        signal_hook::flag::register_conditional_shutdown(SIGINT, status, ends_program.clone())?;
        signal_hook::flag::register(SIGINT, Arc::clone(&raised))?;
        Ok(Self { raised: Some(raised), ends_program })
    }

    /// Does work during which Ctrl-C ends the program: on a terminal where lines cannot be edited,
    /// waiting for one cannot be broken off otherwise.
    pub(crate) fn ending_program<T>(&self, work: impl FnOnce() -> T) -> T {
        self.ends_program.store(true, Ordering::Relaxed);
        let done = work();
        self.ends_program.store(false, Ordering::Relaxed);
        done
    }

    /// Whether Ctrl-C was pressed since the last call.
    pub(crate) fn take(&self) -> bool {
        self.raised.as_ref().is_some_and(|raised| raised.swap(false, Ordering::Relaxed))
    }
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The server has something to say, or closed the connection.
    Server,
    /// A key is waiting on stdin.
    Key,
    /// Ctrl-C.
    Interrupt,
}

/// Waits for the server, and for a key if `keyboard` is given.
pub(crate) fn wait(
    server: BorrowedFd<'_>,
    keyboard: Option<&Keyboard>,
    interrupts: &Interrupts,
) -> io::Result<Event> {
    let stdin = io::stdin();
    let mut files = vec![PollFd::from_borrowed_fd(server, PollFlags::IN)];
    if keyboard.is_some() {
        files.push(PollFd::new(&stdin, PollFlags::IN));
    }
    let check = Timespec::try_from(INTERRUPT_CHECK).map_err(io::Error::other)?;
    let slice = interrupts.raised.as_ref().map(|_| &check);
    loop {
        if interrupts.take() {
            return Ok(Event::Interrupt);
        }
        match poll(&mut files, slice) {
            Err(rustix::io::Errno::INTR) | Ok(0) => {}
            Err(error) => return Err(error.into()),
            Ok(_) if !files[0].revents().is_empty() => return Ok(Event::Server),
            Ok(_) => return Ok(Event::Key),
        }
    }
}

/// A terminal that gives keys one by one and shows none, until this is dropped.
pub(crate) struct Keyboard {
    before: Termios,
}

impl Keyboard {
    /// Switches the terminal; fails where stdin is none.
    pub(crate) fn open() -> io::Result<Self> {
        let stdin = io::stdin();
        let before = termios::tcgetattr(stdin.as_fd())?;
        let mut raw = before.clone();
        raw.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        raw.input_modes.remove(InputModes::ICRNL);
        termios::tcsetattr(stdin.as_fd(), OptionalActions::Drain, &raw)?;
        Ok(Self { before })
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // Without a terminal there is nothing to restore.
        let _ = termios::tcsetattr(io::stdin().as_fd(), OptionalActions::Drain, &self.before);
    }
}

/// Reads a line from the terminal, showing a star for each byte; from a pipe, shows nothing.
pub(crate) fn ask_password() -> io::Result<String> {
    print(b"Please input password: ")?;
    let keyboard = Keyboard::open().ok();
    let mut password = Vec::new();
    let mut byte = [0];
    while password.len() < PASSWORD_BYTES_MAX && io::stdin().read(&mut byte)? == 1 {
        match byte[0] {
            b'\r' | b'\n' => break,
            0x08 | 0x7f => {
                if password.pop().is_some() && keyboard.is_some() {
                    print(b"\x08 \x08")?;
                }
            }
            key => {
                password.push(key);
                if keyboard.is_some() {
                    print(b"*")?;
                }
            }
        }
    }
    print(b"\n")?;
    Ok(String::from_utf8_lossy(&password).into_owned())
}
