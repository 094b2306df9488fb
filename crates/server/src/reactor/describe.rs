//! A connection in words.

use fanfare_engine::command::Entry;
use fanfare_pubsub::Kind;

use super::core::{ConnectionKey, Reactor};
use crate::observe::{ClientFlag, ClientFlags, ClientLine};
use crate::session::{Connection, OutputState};

impl Reactor {
    /// The line of a connection in `CLIENT LIST` and in the log, without its end.
    pub fn describe(&self, key: ConnectionKey) -> String {
        let connection = &self.connections[key as usize];
        let session = &connection.session;
        let input = connection.input.as_deref();
        let executing = self.executing.filter(|executing| executing.key == key);
        let transaction = session.transaction.as_deref();
        let queued = transaction.map(|one| (one.requests().len(), one.memory_bytes()));
        let queued = queued.or(executing.map(|one| (one.requests, one.memory_bytes)));
        // Once one of them has changed, the others are of no more interest.
        let watching = session.watching.as_deref().filter(|one| !one.mark.is_set());
        let last_command = session.last_command.map(|id| self.shared.commands.entry(id));
        let seconds_since = |then| self.now().saturating_duration_since(then).as_secs();
        let output = &connection.output;
        ClientLine {
            id: session.id,
            address: connection.peer.to_string(),
            local_address: connection.socket.local_address(&connection.peer),
            fd: connection.socket.fd_number(),
            name: &session.name,
            age_s: seconds_since(session.connected_at),
            idle_s: seconds_since(session.active_at),
            flags: flags(connection)
                .with_if(ClientFlag::Transaction, queued.is_some())
                .with_if(ClientFlag::Blocked, self.is_blocked(key)),
            database: session.database,
            channels: connection.memberships.count(Kind::Channel),
            patterns: connection.memberships.count(Kind::Pattern),
            shard_channels: connection.memberships.count(Kind::ShardChannel),
            queued_commands: queued.map(|(requests, _)| requests),
            watched_keys: watching.map_or(0, |one| one.keys().len()),
            query_bytes: input.map_or(0, |one| one.bytes.len()),
            query_free_bytes: input.map_or(0, |one| one.bytes.capacity() - one.bytes.len()),
            argument_bytes: input.map_or(0, |one| one.parser.memory_bytes()),
            queued_bytes: queued.map_or(0, |(_, bytes)| bytes),
            reply_room_bytes: output.own_memory_bytes(),
            output_pieces: output.segments(),
            output_bytes: output.pending_bytes(),
            total_bytes: connection.memory_bytes() + executing.map_or(0, |one| one.memory_bytes),
            awaits_writable: connection.output_state == OutputState::Blocked,
            last_command: last_command.map(Entry::full_name),
            user: "default",
            redirect: session.redirect(),
            resp: session.version.number(),
            library_name: &session.library_name,
            library_version: &session.library_version,
            io_thread: self.id.0,
            input_total_bytes: session.input_bytes,
            output_total_bytes: session.output_bytes,
            commands: session.commands,
            ..ClientLine::default()
        }
        .text()
    }

    /// Whether a connection waits in a blocking command, or for the end of a pause.
    fn is_blocked(&self, key: ConnectionKey) -> bool {
        self.connections[key as usize].blocked.is_some() || self.held_back.contains(&key)
    }
}

fn flags(connection: &Connection) -> ClientFlags {
    let session = &connection.session;
    let watched = session.watching.as_deref();
    let tracking = session.tracking.as_deref();
    let is_unix = matches!(connection.peer, fanfare_net::PeerAddress::Unix(_));
    ClientFlags::default()
        .with_if(ClientFlag::Monitor, session.is_monitor)
        .with_if(ClientFlag::DirtyWatch, watched.is_some_and(|one| one.mark.is_set()))
        .with_if(ClientFlag::PubSub, connection.is_subscriber())
        .with_if(ClientFlag::Tracking, session.tracking.is_some())
        .with_if(ClientFlag::BrokenRedirect, tracking.is_some_and(|one| one.is_redirect_broken))
        .with_if(ClientFlag::Broadcast, tracking.is_some_and(|one| one.prefixes().is_some()))
        .with_if(ClientFlag::ClosesAfterReply, connection.closes_after_output)
        .with_if(ClientFlag::ClosesSoon, connection.is_doomed)
        .with_if(ClientFlag::UnixSocket, is_unix)
        .with_if(ClientFlag::EvictionExempt, session.is_eviction_exempt)
        .with_if(ClientFlag::TouchExempt, session.is_touch_exempt)
}
