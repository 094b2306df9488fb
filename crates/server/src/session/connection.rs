//! One connection: its socket, its buffers, its session.

use std::sync::Arc;
use std::time::Instant;

use fanfare_engine::keyspace::Waiter;
use fanfare_net::output::OutputQueue;
use fanfare_net::{PeerAddress, Socket};
use fanfare_pubsub::{Kind, Memberships};

use super::input::PendingInput;
use super::state::{ReplyMode, Session};
use crate::config::{Config, OutputLimit};

/// Where a connection stands with its output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputState {
    /// Nothing is queued for flushing.
    #[default]
    Idle,
    /// In the reactor's queue of connections to flush.
    Queued,
    /// The socket is full; its becoming writable goes on.
    Blocked,
}

/// What a client waits for.
#[derive(Debug)]
pub struct Blocked {
    /// Its part of the waiting, which others see too.
    pub waiter: Arc<Waiter>,
    /// When its time is over.
    pub until: Option<Instant>,
    /// When its command is run again, though nothing may have changed.
    pub look_again: Option<Instant>,
}

impl Blocked {
    /// When it is to be looked at.
    pub fn alarm(&self) -> Option<Instant> {
        [self.until, self.look_again].into_iter().flatten().min()
    }
}

/// One connection of a reactor. While it is idle it owns no buffer.
pub struct Connection {
    /// The socket.
    pub socket: Socket,
    /// Who is at the other end.
    pub peer: PeerAddress,
    /// What waits to be sent.
    pub output: OutputQueue,
    /// Input that waits, if any.
    pub input: Option<Box<PendingInput>>,
    /// What it subscribes to.
    pub memberships: Memberships,
    /// What the server remembers of the client.
    pub session: Session,
    /// Where it stands with its output.
    pub output_state: OutputState,
    /// Whether it is in the reactor's list of connections with replies to send.
    pub has_replies: bool,
    /// Whether it is in the reactor's list of connections to read.
    pub is_readable: bool,
    /// The peer will send no more; what it has sent is still to be read.
    pub is_peer_closed: bool,
    /// No more requests are run; it is closed once the output is sent.
    pub closes_after_output: bool,
    /// It is closed at the next occasion, sent or not.
    pub is_doomed: bool,
    /// A request waits for other reactors, or for the end of a pause; later ones wait behind it.
    pub is_parked: bool,
    /// What its client waits for, if its command blocks.
    pub blocked: Option<Box<Blocked>>,
    /// Since when its output has been over the soft limit.
    pub over_soft_limit_since: Option<Instant>,
    /// Pending output that needs a closer look: the lower of its class's limits.
    pub output_alarm_bytes: usize,
}

impl Connection {
    /// A connection that was just accepted.
    pub fn new(socket: Socket, peer: PeerAddress, session: Session, config: &Config) -> Self {
        let mut connection = Self {
            socket,
            peer,
            output: OutputQueue::default(),
            input: None,
            memberships: Memberships::default(),
            session,
            output_state: OutputState::Idle,
            has_replies: false,
            is_readable: false,
            is_peer_closed: false,
            closes_after_output: false,
            is_doomed: false,
            is_parked: false,
            blocked: None,
            over_soft_limit_since: None,
            output_alarm_bytes: usize::MAX,
        };
        connection.refresh_output_alarm(config);
        connection
    }

    /// Whether it has any subscription.
    pub fn is_subscriber(&self) -> bool {
        !self.memberships.is_empty()
    }

    /// Subscriptions that `SUBSCRIBE` and `PSUBSCRIBE` count together.
    pub fn channels_and_patterns(&self) -> usize {
        self.memberships.count(Kind::Channel) + self.memberships.count(Kind::Pattern)
    }

    /// Memory that the connection takes, in bytes: its own, and what waits to be sent, shared or not.
    pub fn memory_bytes(&self) -> usize {
        let session = &self.session;
        let texts = session.name.len() + session.library_name.len() + session.library_version.len();
        size_of::<Self>()
            + texts
            + self.memberships.memory_bytes()
            + self.input.as_ref().map_or(0, |input| input.memory_bytes())
            + self.transaction_memory_bytes()
            + self.output_memory_bytes()
    }

    /// Memory that its transaction and the keys that it watches take, in bytes.
    pub fn transaction_memory_bytes(&self) -> usize {
        let session = &self.session;
        session.transaction.as_ref().map_or(0, |one| one.memory_bytes())
            + session.watching.as_ref().map_or(0, |one| one.memory_bytes())
    }

    /// What it has sent that waits to be run, in bytes, beside its input: the arguments of its transaction.
    pub fn queued_bytes(&self) -> usize {
        self.session.transaction.as_ref().map_or(0, |one| one.argument_bytes())
    }

    /// Memory that its output takes, in bytes, with its part of what it shares, but without what blocks leave unused.
    pub fn output_memory_bytes(&self) -> usize {
        self.output.pending_bytes().max(self.output.own_memory_bytes())
    }

    /// Whether it may be closed for its memory.
    pub fn may_be_evicted(&self) -> bool {
        !self.session.is_eviction_exempt && !self.is_doomed
    }

    /// Whether nothing is special about it: its commands may run, at once and under no transaction, all their replies are
    /// wanted, and nothing that others did must come before them. So none of this need be asked for each command.
    pub fn is_plain(&self) -> bool {
        let session = &self.session;
        session.is_authenticated
            && !session.is_monitor
            && session.transaction.is_none()
            && session.tracking.is_none()
            && session.reply_mode == ReplyMode::On
            && !self.is_subscriber()
    }

    /// Whether requests may be taken from it now.
    pub fn takes_requests(&self) -> bool {
        !(self.closes_after_output || self.is_doomed || self.is_parked)
    }

    /// Whether it is told what others do: nothing follows the reply to a last request, such as `QUIT`.
    pub fn takes_news(&self) -> bool {
        !(self.closes_after_output || self.is_doomed)
    }

    /// The output limit of its class.
    pub fn output_limit(&self, config: &Config) -> OutputLimit {
        if self.is_subscriber() { config.output_limits.pubsub } else { config.output_limits.normal }
    }

    /// To be called when its class or the configuration changes.
    pub fn refresh_output_alarm(&mut self, config: &Config) {
        let limit = self.output_limit(config);
        let limits = [limit.hard_bytes, limit.soft_bytes].into_iter().filter(|&bytes| bytes > 0);
        self.output_alarm_bytes =
            limits.min().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(usize::MAX);
    }
}
