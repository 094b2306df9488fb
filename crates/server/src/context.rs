//! What a command's handler can see and do.

use fanfare_engine::command::{Args, CommandError};
use fanfare_engine::families::DataHandler;
use fanfare_protocol::{Reply, RespVersion};

use crate::config::Config;
use crate::reactor::{ConnectionKey, Reactor};
use crate::session::Connection;
use crate::shared::Shared;

/// What runs a command that needs its session or the server.
pub type SessionHandler = fn(&mut Context<'_>, Args<'_>) -> Result<(), CommandError>;

/// What runs a command.
#[derive(Clone, Copy)]
pub enum Handler {
    /// A command that needs its session or the server.
    Session(SessionHandler),
    /// A command on data.
    Data(DataHandler),
    /// A command whose arguments say which of these it is; passes those that its handler does not need.
    Choice(fn(&mut Args<'_>) -> Runner),
}

/// What runs a request.
#[derive(Clone, Copy)]
pub enum Runner {
    /// What needs the session or the server.
    Session(SessionHandler),
    /// What works on data.
    Data(DataHandler),
}

impl Handler {
    /// What runs a request of these arguments.
    pub(crate) fn for_args(self, args: &mut Args<'_>) -> Runner {
        match self {
            Self::Session(handler) => Runner::Session(handler),
            Self::Data(handler) => Runner::Data(handler),
            Self::Choice(choose) => choose(args),
        }
    }
}

/// The connection that a command came from, the reactor that runs it, and what all reactors share.
pub struct Context<'r> {
    /// The reactor that runs the command.
    pub reactor: &'r mut Reactor,
    /// The connection it came from.
    pub key: ConnectionKey,
    /// Set by a handler that writes pushes, which `CLIENT REPLY` does not suppress.
    pub(crate) wrote_pushes: bool,
}

impl<'r> Context<'r> {
    pub(crate) fn new(reactor: &'r mut Reactor, key: ConnectionKey) -> Self {
        Self { reactor, key, wrote_pushes: false }
    }

    /// The connection.
    pub fn connection(&mut self) -> &mut Connection {
        self.reactor.connection_mut(self.key)
    }

    /// The configuration in force.
    pub fn config(&self) -> &Config {
        &self.reactor.config
    }

    /// What all reactors share.
    pub fn shared(&self) -> &Shared {
        &self.reactor.shared
    }

    /// The writer of this command's reply.
    pub fn reply(&mut self) -> Reply<'_> {
        self.reactor.reply(self.key)
    }

    /// The writer of pushes, which are sent whatever `CLIENT REPLY` says.
    pub fn push(&mut self) -> Reply<'_> {
        self.wrote_pushes = true;
        self.reactor.reply(self.key)
    }

    /// The protocol that the connection speaks.
    pub fn version(&mut self) -> RespVersion {
        self.connection().session.version
    }

    /// Ends the connection once its output is sent; no more of its requests are run.
    pub fn close_after_output(&mut self) {
        self.connection().closes_after_output = true;
    }
}
