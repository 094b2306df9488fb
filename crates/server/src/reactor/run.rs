//! Runs one request: finds its command, checks that it may run now, calls the handler, accounts for it.

use std::time::{Duration, Instant};

use fanfare_engine::command::{Args, CommandError, CommandId, Facts, Flag};
use fanfare_protocol::{Request, RespVersion};

use super::account::Call;
use super::ahead::Known;
use super::core::{ConnectionKey, Reactor};
use crate::config::ClientOrigin;
use crate::context::{Context, Runner};
use crate::host::log;
use crate::observe::{CallOutcome, Gauge};
use crate::pause::PauseScope;
use crate::session::{Connection, ReplyMode};

const DEBUG_NOT_ALLOWED: CommandError = CommandError::Text(
    "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you \
     can run it from a local connection, otherwise you need to set this option in the \
     configuration file, and then restart the server.",
);

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ran {
    /// It was answered, or will be.
    Done,
    /// It must be run again later.
    Postponed,
}

/// How long a reactor is silent about further HTTP requests once it has logged one.
const BROWSER_LOG_INTERVAL: Duration = Duration::from_mins(1);

/// Whether a request that is no command is a line of HTTP that a web page can make a browser send. As in Redis,
/// the lines behind it must not be run.
fn is_of_a_browser(request: Request<'_>) -> bool {
    let name = request.arg(0);
    name.eq_ignore_ascii_case(b"POST") || name.eq_ignore_ascii_case(b"Host:")
}

/// A request that may run.
pub(super) struct Admitted<'a> {
    pub(super) id: CommandId,
    pub(super) row: &'static Facts,
    pub(super) handler: Runner,
    pub(super) args: Args<'a>,
}

/// A call that has begun.
pub(super) struct Started<'a> {
    pub(super) call: Call<'a>,
    /// When, in nanoseconds of Unix time.
    pub(super) at_ns: u64,
    /// The connection's output before it.
    pub(super) mark: usize,
}

/// Why a request may not run.
pub(super) struct Rejected {
    /// Its command, if there is one of that name.
    pub(super) id: Option<CommandId>,
    pub(super) error: CommandError,
}

impl From<CommandError> for Rejected {
    fn from(error: CommandError) -> Self {
        Self { id: None, error }
    }
}

/// Whether a command changes data or reaches other connections.
pub fn writes(row: &Facts) -> bool {
    row.has(Flag::Write) || row.has(Flag::MayReplicate)
}

impl Reactor {
    /// Runs one request of a connection.
    pub(super) fn run_request(
        &mut self,
        key: ConnectionKey,
        request: Request<'_>,
        known: Known<'_>,
    ) -> Ran {
        let connection = &mut self.connections[key as usize];
        let hears = connection.is_subscriber() || connection.session.tracking.is_some();
        if hears {
            // What was published or changed before this request comes before its reply.
            self.settle_for(key);
        }
        let mark = self.connections[key as usize].output.mark(&mut self.pool);
        let admitted = self.admit(key, request, known.command);
        match admitted.and_then(|admitted| self.check_memory(key, admitted)) {
            Ok(admitted) if self.holds_back(key, admitted.row) => {
                self.connections[key as usize].is_parked = true;
                self.held_back.push(key);
                self.stats().raise(Gauge::BlockedClients, 1);
                return Ran::Postponed;
            }
            Ok(admitted) if self.is_to_be_queued(key, &admitted) => {
                if let Err(error) = self.queue(key, request, &admitted, known) {
                    self.account_error(&error, Some(admitted.id));
                    error.write(&mut self.reply(key));
                }
            }
            Ok(admitted) => {
                self.call(key, request, admitted, known, mark);
                if hears {
                    self.end_caching(key, request);
                }
                if self.connections[key as usize].is_parked {
                    // The answer is still to come, and ends the reply itself.
                    return Ran::Done;
                }
            }
            Err(Rejected { id: None, .. }) if is_of_a_browser(request) => {
                self.close_browser(key);
                return Ran::Done;
            }
            Err(mut rejected) => {
                self.reject(key, &mut rejected);
                let Rejected { id, error } = rejected;
                self.connections[key as usize].session.last_command = id;
                self.account_error(&error, id);
                error.write(&mut self.reply(key));
            }
        }
        self.end_reply(key, mark);
        if !self.behind_reply.is_empty() {
            let output = &mut self.connections[key as usize].output;
            output.append(&mut self.pool, &mut self.behind_reply);
        }
        Ran::Done
    }

    /// Ends a connection without a reply, and says why once in a while.
    fn close_browser(&mut self, key: ConnectionKey) {
        let is_quiet = self
            .browser_logged_at
            .is_some_and(|at| self.now().saturating_duration_since(at) < BROWSER_LOG_INTERVAL);
        if !is_quiet {
            self.browser_logged_at = Some(self.now());
            log::warning(format_args!(
                "Closed the connection from {}: it sent an HTTP request. Somebody may be using a \
                 browser to reach this server.",
                self.connections[key as usize].peer
            ));
        }
        self.doom(key);
    }

    /// Finds the command of a request, and whether it may run now.
    pub(super) fn admit<'a>(
        &self,
        key: ConnectionKey,
        request: Request<'a>,
        command: Option<CommandId>,
    ) -> Result<Admitted<'a>, Rejected> {
        let admitted = self.find_command(request, command)?;
        let Admitted { id, row, .. } = admitted;
        let rejected = |error| Rejected { id: Some(id), error };
        let connection = &self.connections[key as usize];
        // As in Redis, this comes before the question who asks.
        if row.has(Flag::Guarded) && !self.allows_debug(connection) {
            return Err(rejected(DEBUG_NOT_ALLOWED));
        }
        if !connection.session.is_authenticated && !row.has(Flag::NoAuth) {
            return Err(rejected(CommandError::AuthenticationRequired));
        }
        if connection.session.version == RespVersion::Resp2
            && connection.is_subscriber()
            && !row.has(Flag::SubscriberMode)
        {
            return Err(rejected(CommandError::echo(format!(
                "ERR Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / \
                 RESET are allowed in this context",
                self.shared.commands.entry(id).full_name()
            ))));
        }
        let concerns_keys =
            || [Flag::ReadOnly, Flag::Write, Flag::MayReplicate].iter().any(|&flag| row.has(flag));
        if connection.session.is_monitor && concerns_keys() {
            // A monitor is a kind of replica in Redis.
            return Err(rejected(CommandError::Text(
                "ERR Replica can't interact with the keyspace",
            )));
        }
        Ok(admitted)
    }

    /// Finds what runs a request, whose command may be known, and checks how many arguments it has.
    pub(super) fn find_command<'a>(
        &self,
        request: Request<'a>,
        command: Option<CommandId>,
    ) -> Result<Admitted<'a>, Rejected> {
        let entry = match command {
            Some(id) => self.shared.commands.entry(id),
            None => self.shared.commands.find(request)?,
        };
        let rejected = |error| Rejected { id: Some(entry.id), error };
        let handler = entry.admit(request).map_err(rejected)?;
        let mut args = entry.args(request);
        let handler = handler.for_args(&mut args);
        Ok(Admitted { id: entry.id, row: entry.row, handler, args })
    }

    /// Whether the configuration lets a client use `DEBUG`.
    fn allows_debug(&self, connection: &Connection) -> bool {
        let is_local = connection.peer.is_local();
        let origin = if is_local { ClientOrigin::Local } else { ClientOrigin::Remote };
        self.config.enable_debug_command.allows(origin)
    }

    /// Whether a pause holds a command back.
    fn holds_back(&self, key: ConnectionKey, row: &Facts) -> bool {
        match self.pause() {
            None => false,
            Some((_, PauseScope::All)) => true,
            Some((_, PauseScope::Writes)) => {
                writes(row) || row.has(Flag::RunsQueue) && self.has_queued_writes(key)
            }
        }
    }

    /// The pause that is in force, and until when.
    #[inline]
    pub(super) fn pause(&self) -> Option<(Instant, PauseScope)> {
        // Mostly there is none, and nobody need know the time.
        if self.shared.pause.is_set() { self.shared.pause.in_force(self.now()) } else { None }
    }

    /// Whether a pause is in force. Be it of all or of writes: nothing may change meanwhile.
    #[inline]
    pub(super) fn holds_writes_back(&self) -> bool {
        self.pause().is_some()
    }

    /// Lets the requests go on that a pause held back, once it is over.
    pub(super) fn end_pause(&mut self) {
        if self.held_back.is_empty() || self.holds_writes_back() {
            return;
        }
        for key in std::mem::take(&mut self.held_back) {
            self.connections[key as usize].is_parked = false;
            self.stats().lower(Gauge::BlockedClients, 1);
            self.note_readable(key);
        }
    }

    /// Calls the handler, and accounts for the time it took.
    fn call(
        &mut self,
        key: ConnectionKey,
        request: Request<'_>,
        admitted: Admitted<'_>,
        known: Known<'_>,
        mark: usize,
    ) {
        let Admitted { id, row, handler, args } = admitted;
        let started = Started { call: Call { id, row, request }, at_ns: self.unix_ns(), mark };
        self.connections[key as usize].session.last_command = Some(id);
        let (result, wrote_pushes) = match handler {
            Runner::Session(handler) => {
                let mut context = Context::new(self, key);
                let result = handler(&mut context, args);
                (result, context.wrote_pushes)
            }
            Runner::Data(handler) => (self.run_on_data(key, row, handler, args, known), false),
        };
        // `CLIENT INFO` does not count itself.
        self.connections[key as usize].session.commands += 1;
        if result.is_ok() && wrote_pushes {
            // Committed output is beyond what `CLIENT REPLY` can take back.
            self.connections[key as usize].output.mark(&mut self.pool);
        }
        self.end_call(key, started, result);
    }

    /// Ends a call: the reply of one that failed is its error. Accounts for it.
    pub(super) fn end_call(
        &mut self,
        key: ConnectionKey,
        started: Started<'_>,
        result: Result<(), CommandError>,
    ) {
        let Started { call, at_ns, mark } = started;
        let outcome = match result {
            Ok(()) => CallOutcome::Done,
            Err(error) => {
                self.account_error(&error, None);
                self.connections[key as usize].output.truncate(mark);
                error.write(&mut self.reply(key));
                CallOutcome::Failed
            }
        };
        self.clock.tick();
        self.account(key, call, self.unix_ns() - at_ns, outcome);
    }

    /// Ends the reply that began at `mark`: takes it back if the client wants none, or has it sent.
    pub(super) fn end_reply(&mut self, key: ConnectionKey, mark: usize) {
        let connection = &mut self.connections[key as usize];
        match connection.session.reply_mode {
            ReplyMode::On => {}
            ReplyMode::Off => connection.output.truncate(mark),
            ReplyMode::SkipNext => {
                connection.output.truncate(mark);
                connection.session.reply_mode = ReplyMode::Skip;
            }
            ReplyMode::Skip => {
                connection.output.truncate(mark);
                connection.session.reply_mode = ReplyMode::On;
            }
        }
        if !connection.output.is_empty() || connection.closes_after_output {
            self.note_reply(key);
        }
    }
}
