//! `--pipe`: protocol from stdin to the server, at full speed.

use std::io::{self, Read, Write};
use std::process;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fanfare_client::{Connection, ReceiveError, Value, encode_request};

use crate::failure::{Failure, system_text};
use crate::options::Settings;
use crate::session::Session;
use crate::terminal::{print, print_error};

/// Bytes moved from stdin to the server at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// What came back.
#[derive(Debug, Default)]
struct Counts {
    errors: u64,
    replies: u64,
}

/// Sends all of stdin, reads all replies, prints the errors among them and a summary.
/// True where there was no error.
pub(crate) fn load(session: Session, settings: &Settings) -> Result<bool, Failure> {
    let mut connection = session.into_connection()?;
    let mut writer = connection.writer().map_err(|error| {
        Failure::Fatal(format!("Error writing to the server: {}", system_text(&error)))
    })?;
    let mark = mark();
    let counts = thread::scope(|scope| {
        let sent = scope.spawn(|| send_all(&mut writer, &mark));
        let counts =
            read_all(&mut connection, &mark, settings.pipe_timeout, &|| sent.is_finished());
        connection.shut_down();
        match sent.join() {
            Ok(Err(error)) if counts.is_ok() => {
                Err(Failure::Fatal(format!("Error writing to the server: {}", system_text(&error))))
            }
            _ => counts,
        }
    })?;
    let summary = format!("errors: {}, replies: {}\n", counts.errors, counts.replies);
    print(summary.as_bytes())?;
    Ok(counts.errors == 0)
}

/// A text that no other reply will equal.
fn mark() -> String {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:08x}{:012x}", process::id(), time.as_nanos() & 0xffff_ffff_ffff)
}

fn send_all(writer: &mut impl Write, mark: &str) -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match stdin.read(&mut chunk)? {
            0 => break,
            length => writer.write_all(&chunk[..length])?,
        }
    }
    // A blank line ends an unfinished inline command; its echo tells that all before is answered.
    let mut last = b"\r\n".to_vec();
    encode_request(&mut last, &["ECHO", mark]);
    writer.write_all(&last)?;
    print(b"All data transferred. Waiting for the last reply...\n")
}

fn read_all(
    connection: &mut Connection,
    mark: &str,
    timeout: Option<Duration>,
    all_is_sent: &dyn Fn() -> bool,
) -> Result<Counts, Failure> {
    let mut counts = Counts::default();
    connection.set_read_timeout(timeout).map_err(|error| Failure::Fatal(system_text(&error)))?;
    loop {
        match connection.receive() {
            Ok(Value::Error(text)) => {
                print_error(&String::from_utf8_lossy(&text));
                counts.errors += 1;
                counts.replies += 1;
            }
            Ok(Value::Bulk(text)) if text == mark.as_bytes() => {
                print(b"Last reply received from server.\n")?;
                return Ok(counts);
            }
            Ok(Value::Push(_)) => {}
            Ok(_) => counts.replies += 1,
            Err(ReceiveError::TimedOut) if !all_is_sent() => {}
            Err(ReceiveError::TimedOut) => {
                let seconds = timeout.unwrap_or_default().as_secs();
                print_error(&format!("No replies for {seconds} seconds: exiting."));
                counts.errors += 1;
                return Ok(counts);
            }
            Err(error) => {
                return Err(Failure::Fatal(format!("Error reading from the server: {error}")));
            }
        }
    }
}
