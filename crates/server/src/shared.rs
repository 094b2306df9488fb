//! What all reactors share. Few things, each with its own rule of access.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use arc_swap::ArcSwap;
use fanfare_engine::command::CommandTable;
use fanfare_engine::keyspace::Keyspace;
use fanfare_net::Mailbox;
use fanfare_pubsub::{ReactorId, Registry};

use crate::config::Config;
use crate::context::Handler;
use crate::host::process::Process;
use crate::host::{log, settings};
use crate::observe::Observations;
use crate::pause::Pause;
use crate::reactor::Mail;
use crate::reaper::Reaper;
use crate::tracking::Tracking;

/// Memory in one reactor's mailbox beyond which the others take no requests, in bytes. A request can add a message of its
/// own size to it, a turn as many as it reads.
const MAILBOX_BYTES_MAX: usize = 64 << 20;

/// What all reactors share.
pub struct Shared {
    /// The configuration in force. Replaced as a whole; reactors hold a snapshot and renew it each turn.
    pub config: ArcSwap<Config>,
    /// Goes up with each new configuration, so that reactors see without a lock that theirs is old.
    pub config_generation: AtomicU64,
    /// All commands, renamed as configured.
    pub commands: CommandTable<Handler>,
    /// The data.
    pub keyspace: Keyspace,
    /// Who subscribes to what.
    pub registry: Registry,
    /// Which clients remember which keys.
    pub tracking: Tracking,
    /// One for each reactor, in order.
    pub mailboxes: Box<[Mailbox<Mail>]>,
    /// Connections of each reactor, for choosing where a new one goes.
    pub connections: Box<[AtomicUsize]>,
    /// Connections that get every command (`MONITOR`), on all reactors.
    pub monitors: AtomicUsize,
    /// Set once the server is to stop; reactors then leave their loops.
    pub is_stopping: AtomicBool,
    /// When the server started.
    pub started_at: Instant,
    /// Until when requests are held back (`CLIENT PAUSE`).
    pub pause: Pause,
    /// What the server has noticed about itself.
    pub observed: Observations,
    /// Frees in the background.
    pub reaper: Reaper,
    /// This process.
    pub process: Process,
    is_expiry_off: AtomicBool,
    next_client_id: AtomicU64,
}

impl Shared {
    /// The shared state of a server that starts now. Fails when no thread can be started.
    pub fn new(
        config: Config,
        commands: CommandTable<Handler>,
        mailboxes: Box<[Mailbox<Mail>]>,
        process: Process,
    ) -> io::Result<Self> {
        let entries = commands.entries().iter();
        let names = entries.map(|entry| (entry.full_name().to_owned(), entry.id)).collect();
        let observed = Observations::new(mailboxes.len(), names);
        observed.stats.set_histograms(settings::histograms(&config));
        let keyspace = Keyspace::new(mailboxes.len());
        keyspace.set_limits(&config.limits);
        let reaper = Reaper::start(Arc::clone(&observed.memory_counts))?;
        Ok(Self {
            observed,
            reaper,
            is_expiry_off: AtomicBool::new(false),
            process,
            config: ArcSwap::from_pointee(config),
            config_generation: AtomicU64::new(0),
            commands,
            keyspace,
            registry: Registry::new(mailboxes.len()),
            tracking: Tracking::new(mailboxes.len()),
            connections: mailboxes.iter().map(|_| AtomicUsize::new(0)).collect(),
            mailboxes,
            monitors: AtomicUsize::new(0),
            is_stopping: AtomicBool::new(false),
            started_at: Instant::now(),
            pause: Pause::default(),
            next_client_id: AtomicU64::new(1),
        })
    }

    /// Whether keys whose time has come are taken out without being asked for.
    pub fn expires_actively(&self) -> bool {
        !self.is_expiry_off.load(Ordering::Relaxed)
    }

    /// Has keys whose time has come taken out without being asked for, or not (`DEBUG SET-ACTIVE-EXPIRE`).
    pub fn set_expires_actively(&self, does: bool) {
        self.is_expiry_off.store(!does, Ordering::Relaxed);
    }

    /// Milliseconds since the server started.
    pub fn uptime_ms(&self) -> u64 {
        self.started_at.elapsed().as_millis() as u64
    }

    /// A number for a new client.
    pub fn new_client_id(&self) -> u64 {
        self.next_client_id.fetch_add(1, Ordering::Relaxed)
    }

    /// Puts a configuration in force.
    pub fn set_config(&self, config: Config) {
        self.keyspace.set_limits(&config.limits);
        self.config.store(Arc::new(config));
        self.config_generation.fetch_add(1, Ordering::Release);
    }

    /// Connections of all reactors.
    pub fn connection_count(&self) -> usize {
        self.connections.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// The reactor with the fewest connections.
    pub fn least_loaded_reactor(&self) -> ReactorId {
        let counts = self.connections.iter().map(|count| count.load(Ordering::Relaxed)).zip(0..);
        ReactorId(counts.min().map_or(0, |(_, reactor)| reactor))
    }

    /// Sends mail to a reactor.
    pub fn send(&self, reactor: ReactorId, mail: Mail) {
        let weight = mail.weight();
        self.mailboxes[usize::from(reactor.0)].send(mail, weight);
    }

    /// Sends mail to all reactors.
    pub fn send_to_all(&self, mail: impl Fn() -> Mail) {
        (0..self.mailboxes.len()).for_each(|reactor| self.send(ReactorId(reactor as u16), mail()));
    }

    /// Whether a reactor other than `asking` is so far behind with its mail that no more should be made for it.
    pub fn is_congested(&self, asking: ReactorId) -> bool {
        self.mailboxes
            .iter()
            .zip(0..)
            .any(|(mailbox, id)| id != asking.0 && mailbox.weight() > MAILBOX_BYTES_MAX)
    }

    /// Makes all reactors leave their loops.
    pub fn stop(&self) {
        if self.is_stopping.swap(true, Ordering::AcqRel) {
            return;
        }
        log::notice(format_args!("User requested shutdown..."));
        self.process.supervisor.stopping();
        self.send_to_all(|| Mail::LookAround);
    }
}
