//! The reactor's state, and the few operations that all its parts use.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use fanfare_engine::keyspace::eviction::Pool;
use fanfare_engine::keyspace::{Changes, Rules, Survey, Waiter};
use fanfare_net::output::{OutputPool, OutputQueue};
use fanfare_net::{EventLoop, Listener, MailboxReceiver, Readiness};
use fanfare_protocol::{Reply, RequestParser};
use fanfare_pubsub::{Kind, ReactorId, SubscriberKey, Topics};
use fanfare_stdx::random::Random;
use slab::Slab;

use super::ahead::Ahead;
use super::clock::Clock;
use super::expire::ExpiryRound;
use super::input::READ_BUFFER_BYTES;
use super::mail::Mail;
use super::together::Together;
use super::tracking::{Broadcast, Broadcasters};
use super::transaction::Executing;
use crate::config::Config;
use crate::observe::Gauge;
use crate::session::Connection;
use crate::shared::Shared;

/// Names a connection within its reactor. Reused once the connection is gone.
pub type ConnectionKey = SubscriberKey;

/// One thread's connections and tables.
pub struct Reactor {
    /// Which reactor this is.
    pub id: ReactorId,
    /// What all reactors share.
    pub shared: Arc<Shared>,
    /// A snapshot of the configuration, renewed at the start of a turn.
    pub config: Arc<Config>,
    /// The time at the end of the last command, read or wait.
    pub(super) clock: Clock,
    pub(super) config_generation: u64,
    pub(super) event_loop: EventLoop,
    pub(super) ready: Vec<Readiness>,
    pub(super) mail: MailboxReceiver<Mail>,
    /// Mail other than deliveries that was found while a subscription settled; it is next.
    pub(super) postponed_mail: Vec<Mail>,
    pub(super) connections: Slab<Connection>,
    pub(super) topics: Topics,
    pub(super) pool: OutputPool,
    /// What a turn reads into; a connection keeps only what it could not run yet.
    pub(super) read_buffer: Box<[u8]>,
    /// The parser for requests that come whole.
    pub(super) parser: RequestParser,
    /// The requests of one connection that were parsed last, kept for their capacity.
    pub(super) ahead: Ahead,
    /// What was read of several connections, in `read_buffer`.
    pub(super) together: Together,
    /// Connections that may have more to read, and keys of some that are closed now.
    pub(super) readable: VecDeque<ConnectionKey>,
    /// Connections with replies to send at the end of this turn's input.
    pub(super) replied: Vec<ConnectionKey>,
    /// Subscribers with messages to send, in the order in which they got the first, and keys of some
    /// that are closed now: to look for these when thousands close would take longer than to skip them.
    pub(super) queued: VecDeque<ConnectionKey>,
    /// Connections to close at the end of the turn.
    pub(super) doomed: Vec<ConnectionKey>,
    /// Connections whose output has just come over a limit, still to be looked at.
    pub(super) over_limit: Vec<ConnectionKey>,
    /// Connections over their soft limit, each once; duties look at them.
    pub(super) suspects: Vec<ConnectionKey>,
    /// Connections whose next request a pause holds back.
    pub(super) held_back: Vec<ConnectionKey>,
    /// When this reactor last logged an HTTP request.
    pub(super) browser_logged_at: Option<Instant>,
    /// The transaction that runs, which cannot wait for anything.
    pub(super) executing: Option<Executing>,
    /// What that connection is to get behind the transaction's reply.
    pub(super) behind_reply: OutputQueue,
    /// When waiting clients (connections with their numbers) are to be looked at: they give up, or try once more.
    pub(super) alarms: BTreeSet<(Instant, ConnectionKey, u64)>,
    /// Clients that gave up waiting, still in the queues of their keys.
    pub(super) gave_up: Vec<Arc<Waiter>>,
    /// Keys that changed whose waiters could not be served under the locks of the change, with their databases.
    pub(super) unserved: Vec<(u32, Box<[u8]>)>,
    /// Who hears of keys by their prefixes.
    pub(super) broadcasts: BTreeMap<Box<[u8]>, Broadcast>,
    /// Who made what they are to hear at the end of the turn.
    pub(super) broadcasters: Broadcasters,
    /// What is in the databases, for a command of a transaction that asks: it cannot lock what is locked.
    pub(super) survey: Option<Survey>,
    /// What the command that runs has changed.
    pub(super) changes: Changes,
    /// The chance of commands.
    pub(super) random: Random,
    /// What the configuration says that bears on every command.
    pub(super) rules: Rules,
    /// Where the search for expired keys is.
    pub(super) expiry: ExpiryRound,
    /// Keys that may be evicted.
    pub(super) eviction_pool: Pool,
    /// Whether more is to be evicted than there was time for.
    pub(super) is_evicting: bool,
    /// The listeners of the process; empty but on the first reactor.
    pub(super) listeners: Vec<Listener>,
    /// Whether a listener may have more connections than were accepted.
    pub(super) accepts: bool,
    pub(super) next_duties_at: Instant,
    pub(super) next_memory_look_at: Instant,
    pub(super) next_sample_at: Instant,
}

impl Reactor {
    /// A reactor without connections. Fails when the process has no file descriptor left.
    pub fn new(
        id: ReactorId,
        shared: Arc<Shared>,
        event_loop: EventLoop,
        mail: MailboxReceiver<Mail>,
        listeners: Vec<Listener>,
    ) -> io::Result<Self> {
        let clock = Clock::new();
        let now = clock.now();
        let mut reactor = Self {
            id,
            config: shared.config.load_full(),
            rules: shared.config.load().memory.rules(),
            expiry: ExpiryRound::default(),
            eviction_pool: Pool::default(),
            is_evicting: false,
            config_generation: shared.config_generation.load(Ordering::Acquire),
            clock,
            event_loop,
            ready: Vec::new(),
            mail,
            postponed_mail: Vec::new(),
            connections: Slab::new(),
            topics: Topics::new(shared.registry.hasher()),
            pool: OutputPool::default(),
            read_buffer: vec![0; READ_BUFFER_BYTES].into(),
            parser: RequestParser::default(),
            ahead: Ahead::default(),
            together: Together::default(),
            readable: VecDeque::new(),
            replied: Vec::new(),
            queued: VecDeque::new(),
            doomed: Vec::new(),
            over_limit: Vec::new(),
            suspects: Vec::new(),
            held_back: Vec::new(),
            browser_logged_at: None,
            executing: None,
            behind_reply: OutputQueue::default(),
            alarms: BTreeSet::new(),
            gave_up: Vec::new(),
            unserved: Vec::new(),
            broadcasts: BTreeMap::new(),
            broadcasters: Broadcasters::Nobody,
            survey: None,
            changes: Changes::default(),
            random: Random::from_seed(getrandom::u64().unwrap_or_default()),
            listeners,
            accepts: false,
            next_duties_at: now,
            next_memory_look_at: now,
            next_sample_at: now,
            shared,
        };
        reactor.watch_listeners()?;
        Ok(reactor)
    }

    /// A connection; it lives until the end of the turn that closes it.
    pub fn connection_mut(&mut self, key: ConnectionKey) -> &mut Connection {
        &mut self.connections[key as usize]
    }

    /// All connections with their keys.
    pub fn connections(&self) -> impl Iterator<Item = (ConnectionKey, &Connection)> {
        self.connections.iter().map(|(key, connection)| (key as ConnectionKey, connection))
    }

    /// A writer at the end of a connection's output.
    pub fn reply(&mut self, key: ConnectionKey) -> Reply<'_> {
        let connection = &mut self.connections[key as usize];
        let version = connection.session.version;
        Reply::new(connection.output.writer(&mut self.pool), version)
    }

    /// Has a connection's output sent with the replies of this turn.
    pub fn note_reply(&mut self, key: ConnectionKey) {
        let connection = &mut self.connections[key as usize];
        if !connection.has_replies {
            connection.has_replies = true;
            self.replied.push(key);
        }
    }

    /// Has a connection closed at the end of the turn.
    pub fn doom(&mut self, key: ConnectionKey) {
        let connection = &mut self.connections[key as usize];
        if !connection.is_doomed {
            connection.is_doomed = true;
            self.doomed.push(key);
            self.abandon_waiting(key);
        }
    }

    /// Renews the configuration snapshot if there is a newer one.
    pub fn renew_config(&mut self) {
        let generation = self.shared.config_generation.load(Ordering::Acquire);
        if generation == self.config_generation {
            return;
        }
        self.config_generation = generation;
        self.config = self.shared.config.load_full();
        self.rules = self.config.memory.rules();
        for (_, connection) in &mut self.connections {
            connection.refresh_output_alarm(&self.config);
        }
    }

    /// Closes the connections that are to be closed.
    pub(super) fn close_doomed(&mut self) {
        while let Some(key) = self.doomed.pop() {
            self.close(key);
        }
        self.forget_waiters();
    }

    fn close(&mut self, key: ConnectionKey) {
        self.leave_all(key);
        self.forget_transaction(key);
        self.end_abandoned(key);
        self.end_tracking(key);
        self.stats().lower(Gauge::ConnectedClients, 1);
        let mut connection = self.connections.remove(key as usize);
        connection.output.clear(&mut self.pool);
        if connection.session.is_monitor {
            self.shared.monitors.fetch_sub(1, Ordering::Relaxed);
        }
        self.shared.connections[usize::from(self.id.0)].fetch_sub(1, Ordering::Relaxed);
        if connection.has_replies {
            self.replied.retain(|&other| other != key);
        }
        if connection.over_soft_limit_since.is_some() {
            self.suspects.retain(|&other| other != key);
        }
        if self.held_back.contains(&key) {
            self.held_back.retain(|&other| other != key);
            self.stats().lower(Gauge::BlockedClients, 1);
        }
    }

    /// Ends all subscriptions of a connection that closes.
    fn leave_all(&mut self, key: ConnectionKey) {
        let mut memberships = std::mem::take(&mut self.connections[key as usize].memberships);
        if !memberships.is_empty() {
            self.stats().lower(Gauge::PubSubClients, 1);
        }
        while let Some(topic) = memberships.last() {
            let (kind, name) = self.topics.describe(topic);
            // What still comes for this connection need not reach it.
            self.shared.registry.unsubscribe(kind, name, self.id, || ());
            let connections = &mut self.connections;
            self.topics.leave(&mut memberships, topic, &mut self.pool, |other| {
                &mut connections[other as usize].memberships
            });
        }
        self.connections[key as usize].refresh_output_alarm(&self.config);
    }

    /// Makes a connection a subscriber; it must not be one yet.
    pub fn subscribe(&mut self, key: ConnectionKey, kind: Kind, name: &[u8]) {
        if !self.connections[key as usize].is_subscriber() {
            self.stats().raise(Gauge::PubSubClients, 1);
        }
        // Most of the mail is delivered before the lock is taken, which publishers wait for.
        self.settle();
        let shared = Arc::clone(&self.shared);
        let pattern = shared.registry.subscribe(kind, name, self.id, || self.settle());
        let connection = &mut self.connections[key as usize];
        self.topics.join(key, &mut connection.memberships, kind, name, pattern);
        connection.refresh_output_alarm(&self.config);
    }

    /// Ends one subscription of a connection; whether there was one.
    pub fn unsubscribe(&mut self, key: ConnectionKey, kind: Kind, name: &[u8]) -> bool {
        let memberships = &self.connections[key as usize].memberships;
        if !self.topics.is_member(memberships, kind, name) {
            return false;
        }
        self.settle();
        let shared = Arc::clone(&self.shared);
        shared.registry.unsubscribe(kind, name, self.id, || self.settle());
        let Some(topic) = self.topics.find(kind, name) else { return false };
        let mut memberships = std::mem::take(&mut self.connections[key as usize].memberships);
        let connections = &mut self.connections;
        self.topics.leave(&mut memberships, topic, &mut self.pool, |other| {
            &mut connections[other as usize].memberships
        });
        if memberships.is_empty() {
            self.stats().lower(Gauge::PubSubClients, 1);
        }
        self.connections[key as usize].memberships = memberships;
        self.connections[key as usize].refresh_output_alarm(&self.config);
        true
    }

    /// Whether a connection subscribes to a name.
    pub fn is_subscribed(&self, key: ConnectionKey, kind: Kind, name: &[u8]) -> bool {
        self.topics.is_member(&self.connections[key as usize].memberships, kind, name)
    }

    /// The names of one kind that a connection subscribes to, in no particular order.
    pub fn subscriptions(&self, key: ConnectionKey, kind: Kind) -> Vec<Vec<u8>> {
        let topics = self.connections[key as usize].memberships.topics();
        topics
            .map(|topic| self.topics.describe(topic))
            .filter(|(other, _)| *other == kind)
            .map(|(_, name)| name.to_vec())
            .collect()
    }
}
