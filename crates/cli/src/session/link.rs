//! The connection of a session, and what is said when it is made or lost.

use std::time::Duration;

use fanfare_client::{Address, Connection, Login, LoginError, ReceiveError, Timeouts, Value};
use fanfare_protocol::RespVersion;

use super::state::{Credentials, State};
use crate::failure::{Failure, system_text};
use crate::format::{Format, Style};
use crate::options::Settings;
use crate::terminal::{Interrupts, print_error};

/// How replies are printed.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    pub(crate) style: Style,
    /// Whether pushes that are no messages are printed.
    pub(crate) shows_pushes: bool,
    /// Whether an error goes to stderr and ends the program.
    pub(crate) fails_on_error: bool,
    /// Whether a person types at a terminal: the time of slow commands is told, and a line at the
    /// bottom says that messages are awaited.
    pub(crate) is_interactive: bool,
}

/// A conversation with a server.
pub(crate) struct Session {
    pub(super) connection: Option<Connection>,
    pub(super) state: State,
    pub(super) printer: Printer,
    pub(super) interrupts: Interrupts,
    address: Address,
    connect_timeout: Option<Duration>,
    credentials: Option<Credentials>,
    /// What a new connection is switched to.
    version: RespVersion,
    /// Whether a server without RESP3 is an error.
    version_is_required: bool,
    /// What a new connection selects.
    database: i32,
    is_verbose: bool,
    /// Whether the line about awaited messages stands at the bottom of the screen.
    pub(super) shows_reading_status: bool,
}

impl Session {
    /// A session that is not connected yet.
    pub(crate) fn new(settings: &Settings, printer: Printer, interrupts: Interrupts) -> Self {
        let wants_resp3 = matches!(printer.style.format, Format::Json | Format::QuotedJson);
        let fallback = if wants_resp3 { RespVersion::Resp3 } else { RespVersion::Resp2 };
        let credentials = settings
            .password
            .clone()
            .map(|password| Credentials { user: settings.user.clone(), password });
        Self {
            connection: None,
            state: State::default(),
            printer,
            interrupts,
            address: settings.address(),
            connect_timeout: settings.connect_timeout,
            credentials,
            version: settings.version.unwrap_or(fallback),
            version_is_required: settings.version.is_some(),
            database: settings.database,
            is_verbose: settings.verbose,
            shows_reading_status: false,
        }
    }

    /// Connects and logs in; what goes wrong is told on stderr. False when there is no server.
    ///
    /// A refused login leaves a connection that may still serve.
    pub(crate) fn connect(&mut self) -> bool {
        self.disconnect();
        let timeouts = Timeouts { connect: self.connect_timeout, ..Timeouts::default() };
        let mut connection = match Connection::open(&self.address, timeouts) {
            Ok(connection) => connection,
            Err(error) => {
                let reason = system_text(&error.source);
                print_error(&format!("Could not connect to Redis at {}: {reason}", self.place()));
                return false;
            }
        };
        if self.is_verbose {
            print_error(&format!("Connected to {}", self.place()));
        }
        if let Err(error) = self.log_in(&mut connection) {
            print_error(&format!("Error: {}", receive_text(&error)));
            return false;
        }
        self.connection = Some(connection);
        true
    }

    /// Forgets the connection and all that the server knew about it.
    pub(crate) fn disconnect(&mut self) {
        self.connection = None;
        self.state = State::default();
    }

    /// Goes to another server with the next connection.
    pub(crate) fn set_target(&mut self, host: String, port: u16) {
        self.address = Address::tcp(host, port);
    }

    /// The connection, to wait on.
    pub(crate) fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    /// True with a connection, whether or not it still works.
    pub(crate) fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// True while the connection hears channels.
    pub(crate) fn is_subscribed(&self) -> bool {
        !self.state.subscriptions.is_empty()
    }

    /// True where other commands than those of the user would do harm.
    pub(crate) fn is_busy(&self) -> bool {
        self.is_subscribed() || self.state.in_transaction
    }

    /// What stands before the cursor.
    pub(crate) fn prompt(&self) -> String {
        if self.connection.is_none() {
            return "not connected> ".to_owned();
        }
        let mut prompt = match &self.address {
            Address::Unix(path) => format!("redis {}", path.display()),
            address @ Address::Tcp { .. } => address.to_string(),
        };
        if self.state.database != 0 {
            prompt += &format!("[{}]", self.state.database);
        }
        if self.state.in_transaction {
            prompt += "(TX)";
        }
        if self.is_subscribed() {
            prompt += "(subscribed mode)";
        }
        prompt + "> "
    }

    /// A reply that is not printed, for the program's own use.
    pub(crate) fn ask(&mut self, arguments: &[&[u8]]) -> Result<Value, ReceiveError> {
        let Some(connection) = &mut self.connection else { return Err(ReceiveError::Closed) };
        connection.call(arguments)
    }

    /// The connection, for modes that use it in their own way; what is wrong is told already.
    pub(crate) fn into_connection(mut self) -> Result<Connection, Failure> {
        if !self.is_connected() && !self.connect() {
            return Err(Failure::Silent);
        }
        self.connection.ok_or(Failure::Silent)
    }

    /// Takes a reply into account: the next connection shall be as this one is.
    pub(super) fn follow(&mut self, arguments: &[Vec<u8>], reply: &Value) {
        let before = (self.state.database, self.state.version);
        if let Some(credentials) = self.state.follow(arguments, reply) {
            self.credentials = Some(credentials);
            self.select_after_login();
        }
        if before != (self.state.database, self.state.version) {
            self.database = self.state.database;
            self.version = self.state.version;
        }
    }

    /// Selects what was refused as long as the server did not know the client.
    fn select_after_login(&mut self) {
        if self.state.database == self.database {
            return;
        }
        let Some(mut connection) = self.connection.take() else { return };
        // A connection that breaks here is noticed with the next command.
        if self.select(&mut connection).is_ok() {
            self.connection = Some(connection);
        }
    }

    fn select(&mut self, connection: &mut Connection) -> Result<(), ReceiveError> {
        let login = Login { database: self.database, ..Login::default() };
        let step = format!("SELECT {}", self.database);
        if tell_refusal(&step, connection.login(&login))? {
            self.state.database = self.database;
        }
        Ok(())
    }

    fn place(&self) -> String {
        match &self.address {
            Address::Tcp { host, port } => format!("{host}:{port}"),
            address @ Address::Unix(_) => address.to_string(),
        }
    }

    fn log_in(&mut self, connection: &mut Connection) -> Result<(), ReceiveError> {
        if let Some(credentials) = &self.credentials {
            let login = Login {
                user: credentials.user.clone(),
                password: Some(credentials.password.clone()),
                ..Login::default()
            };
            tell_refusal("AUTH", connection.login(&login))?;
        }
        if self.database != 0 {
            self.select(connection)?;
        }
        if self.version == RespVersion::Resp3 {
            let login = Login { version: self.version, ..Login::default() };
            let result = connection.login(&login);
            let is_refused = matches!(result, Err(LoginError::Refused { .. }));
            if is_refused && !self.version_is_required {
                return Ok(());
            }
            if tell_refusal("HELLO 3", result)? {
                self.state.version = self.version;
            }
        }
        Ok(())
    }
}

/// True for success; a refusal is told on stderr.
fn tell_refusal(step: &str, result: Result<(), LoginError>) -> Result<bool, ReceiveError> {
    match result {
        Ok(()) => Ok(true),
        Err(LoginError::Refused { reply, .. }) => {
            print_error(&format!("{step} failed: {}", String::from_utf8_lossy(&reply)));
            Ok(false)
        }
        Err(LoginError::Receive(error)) => Err(error),
    }
}

/// What is said about a connection that failed.
pub(super) fn receive_text(error: &ReceiveError) -> String {
    match error {
        ReceiveError::Io(source) => system_text(source),
        ReceiveError::Send(error) => system_text(&error.0),
        error => error.to_string(),
    }
}
