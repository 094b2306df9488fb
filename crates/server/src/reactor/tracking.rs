//! Tells clients which keys are not what they remember of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use fanfare_engine::keyspace::Client;
use fanfare_engine::keyspace::change::Invalid as Change;
use fanfare_protocol::{Request, RespVersion};
use fanfare_pubsub::ReactorId;
use thin_vec::ThinVec;

use super::core::{ConnectionKey, Reactor};
use super::mail::Mail;
use crate::observe::Gauge;
use crate::session::{Caching, ClientTracking};
use crate::tracking::{Invalid, TrackingMail};

/// The channel whose subscribers in RESP2 hear of keys.
const CHANNEL: &[u8] = b"__redis__:invalidate";

/// The clients of a reactor that hear of keys with one prefix, and what they are to hear at the end of the turn.
#[derive(Debug, Default)]
pub(super) struct Broadcast {
    clients: Vec<ConnectionKey>,
    /// Changed keys with who changed them: the number of a client; nobody, if several did.
    keys: BTreeMap<Arc<[u8]>, Option<u64>>,
}

/// Who changed the keys that are to be heard of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Broadcasters {
    /// There are none.
    #[default]
    Nobody,
    /// One client.
    One(u64),
    /// Several, or time or want of memory.
    Several,
}

impl Reactor {
    /// Gives a connection tracking, or other tracking than it has.
    pub(crate) fn set_tracking(&mut self, key: ConnectionKey, tracking: ClientTracking) {
        let had = self.connections[key as usize].session.tracking.take();
        if had.is_none() {
            self.shared.tracking.add_client();
            self.stats().raise(Gauge::TrackingClients, 1);
        }
        let old = had.as_ref().and_then(|had| had.prefixes());
        for prefix in tracking.prefixes().into_iter().flatten() {
            if !old.is_some_and(|old| old.contains(prefix)) {
                self.broadcasts.entry(prefix.clone()).or_default().clients.push(key);
                self.shared.tracking.add_prefix(prefix, self.id);
            }
        }
        self.connections[key as usize].session.tracking = Some(Box::new(tracking));
    }

    /// Ends a connection's tracking. What is remembered of its reads goes when the keys change.
    pub(crate) fn end_tracking(&mut self, key: ConnectionKey) {
        let Some(tracking) = self.connections[key as usize].session.tracking.take() else { return };
        self.shared.tracking.remove_client();
        self.stats().lower(Gauge::TrackingClients, 1);
        for prefix in tracking.prefixes().into_iter().flatten() {
            self.shared.tracking.remove_prefix(prefix, self.id);
            if let Some(broadcast) = self.broadcasts.get_mut(prefix) {
                broadcast.clients.retain(|&other| other != key);
                if broadcast.clients.is_empty() {
                    self.broadcasts.remove(prefix);
                }
            }
        }
    }

    /// Whether what a connection reads now is to be remembered.
    pub(super) fn remembers_reads(&self, key: ConnectionKey) -> bool {
        let tracking = self.connections[key as usize].session.tracking.as_deref();
        tracking.is_some_and(ClientTracking::remembers)
    }

    /// What `CLIENT CACHING` said holds for one command, or one transaction; other `CLIENT` commands do not count.
    pub(super) fn end_caching(&mut self, key: ConnectionKey, request: Request<'_>) {
        let session = &mut self.connections[key as usize].session;
        let is_over =
            session.transaction.is_none() && !request.arg(0).eq_ignore_ascii_case(b"CLIENT");
        if let Some(tracking) = session.tracking.as_mut().filter(|_| is_over) {
            tracking.caching = Caching::Usual;
        }
    }

    /// Tells whoever remembers keys that they changed, in whichever reactor. Called under the locks of the keys. What others
    /// are to hear stays in `changes`.
    pub(super) fn tell_changed(&self, changes: &mut ThinVec<Change>, writer: u64) {
        for change in changes.iter_mut().filter(|change| !change.is_told) {
            change.is_told = true;
            let readers = self.shared.tracking.take_readers(&change.key);
            if !readers.is_empty() {
                let key: Arc<[u8]> = change.key[..].into();
                self.send_changed(&key, readers, change.is_written.then_some(writer));
            }
        }
        if !self.shared.tracking.has_prefixes() {
            changes.clear();
        }
    }

    /// Tells whoever hears of keys by their prefixes what a command or transaction changed.
    pub(super) fn tell_listeners(&self, changes: ThinVec<Change>, writer: u64) {
        if changes.is_empty() {
            return;
        }
        let mut heard = vec![Vec::new(); self.shared.mailboxes.len()];
        for change in changes {
            let key: Arc<[u8]> = change.key.into();
            self.shared.tracking.for_each_listener(&key, |reactor| {
                let writer = change.is_written.then_some(writer);
                heard[usize::from(reactor.0)].push((Arc::clone(&key), writer));
            });
        }
        for (keys, id) in heard.into_iter().zip(0..).filter(|(keys, _)| !keys.is_empty()) {
            self.shared.send(ReactorId(id), Mail::Tracking(TrackingMail::Broadcast(keys)));
        }
    }

    fn send_changed(&self, key: &Arc<[u8]>, readers: Vec<Client>, writer: Option<u64>) {
        for reader in readers {
            let mail = TrackingMail::Changed(reader, Arc::clone(key), writer);
            self.shared.send(ReactorId(reader.reactor), Mail::Tracking(mail));
        }
    }

    /// Tells all clients that keys were taken out all together.
    pub(super) fn tell_flushed(&self) {
        if self.shared.tracking.is_on() {
            self.shared.tracking.forget_all();
            self.shared.send_to_all(|| Mail::Tracking(TrackingMail::Flushed));
        }
    }

    /// Has clients forget keys that are too many to remember (`tracking-table-max-keys`).
    pub(super) fn limit_tracking(&self) {
        let keys_max = self.config.tracking_keys_max;
        if keys_max > 0 {
            for (key, readers) in self.shared.tracking.take_surplus(keys_max) {
                self.send_changed(&key, readers, None);
            }
        }
    }

    /// Handles what another reactor, or this one, has sent.
    pub(super) fn receive_tracking(&mut self, mail: TrackingMail) {
        match mail {
            TrackingMail::Changed(reader, key, writer) => self.end_memory(reader, key, writer),
            TrackingMail::Broadcast(keys) => {
                keys.iter().for_each(|(key, writer)| self.note_broadcast(key, *writer));
            }
            TrackingMail::Flushed => {
                let tracks = self.connections().filter(|(_, one)| one.session.tracking.is_some());
                let keys: Vec<_> = tracks.map(|(key, _)| key).collect();
                keys.into_iter().for_each(|key| self.invalidate(key, Invalid::All));
            }
            TrackingMail::Redirected { target, source, invalid } => {
                if self.is_here(target) {
                    self.write_invalid(target.connection, &invalid, Via::Redirection);
                } else {
                    let mail = Mail::Tracking(TrackingMail::RedirectBroken(source));
                    self.shared.send(ReactorId(source.reactor), mail);
                }
            }
            TrackingMail::RedirectBroken(source) => self.break_redirect(source),
        }
    }

    fn is_here(&self, client: Client) -> bool {
        let connection = self.connections.get(client.connection as usize);
        connection.is_some_and(|one| one.session.id == client.id && !one.is_doomed)
    }

    /// A key changed that a client of this reactor remembers.
    fn end_memory(&mut self, reader: Client, key: Arc<[u8]>, writer: Option<u64>) {
        if !self.is_here(reader) {
            return;
        }
        let session = &self.connections[reader.connection as usize].session;
        let is_told = session.tracking.as_ref().is_some_and(|tracking| {
            tracking.prefixes().is_none() && !(tracking.skips_own && writer == Some(session.id))
        });
        if is_told {
            self.invalidate(reader.connection, Invalid::Keys(vec![key]));
        }
    }

    fn note_broadcast(&mut self, key: &Arc<[u8]>, writer: Option<u64>) {
        for (prefix, broadcast) in &mut self.broadcasts {
            if key.starts_with(prefix) {
                let known = broadcast.keys.entry(Arc::clone(key)).or_insert(writer);
                if *known != writer {
                    *known = None;
                }
                self.broadcasters = match (self.broadcasters, writer) {
                    (Broadcasters::Nobody, Some(id)) => Broadcasters::One(id),
                    (Broadcasters::One(known), Some(id)) if known == id => Broadcasters::One(id),
                    _ => Broadcasters::Several,
                };
            }
        }
    }

    /// Has a connection hear, before the reply to its next request, what others did before. What it did itself comes at the end
    /// of the turn, all at once.
    pub(super) fn settle_for(&mut self, key: ConnectionKey) {
        if !self.mail.is_empty() {
            self.settle();
        }
        let own = Broadcasters::One(self.connections[key as usize].session.id);
        if self.broadcasters != own {
            self.send_broadcasts();
        }
    }

    /// Tells clients of the keys with their prefixes that changed in this turn.
    pub(super) fn send_broadcasts(&mut self) {
        if std::mem::take(&mut self.broadcasters) == Broadcasters::Nobody {
            return;
        }
        let mut messages = Vec::new();
        for broadcast in self.broadcasts.values_mut() {
            let keys = std::mem::take(&mut broadcast.keys);
            for &client in &broadcast.clients {
                let session = &self.connections[client as usize].session;
                let skips_own = session.tracking.as_ref().is_some_and(|one| one.skips_own);
                let is_told = |writer: Option<u64>| !(skips_own && writer == Some(session.id));
                let told = keys.iter().filter(|(_, writer)| is_told(**writer));
                let told: Vec<_> = told.map(|(key, _)| Arc::clone(key)).collect();
                if !told.is_empty() {
                    messages.push((client, Invalid::Keys(told)));
                }
            }
        }
        for (client, invalid) in messages {
            self.invalidate(client, invalid);
        }
    }

    /// Tells a client of this reactor, or whom it named in its place.
    fn invalidate(&mut self, key: ConnectionKey, invalid: Invalid) {
        let session = &self.connections[key as usize].session;
        let Some(tracking) = session.tracking.as_deref() else { return };
        match tracking.redirect {
            None => self.write_invalid(key, &invalid, Via::Own),
            Some(target) => {
                let source = self.client(key);
                let mail = TrackingMail::Redirected { target, source, invalid };
                if target.reactor == self.id.0 {
                    self.receive_tracking(mail);
                } else {
                    self.shared.send(ReactorId(target.reactor), Mail::Tracking(mail));
                }
            }
        }
    }

    /// The client to which a client of this reactor redirects is gone.
    fn break_redirect(&mut self, source: Client) {
        if !self.is_here(source) {
            return;
        }
        let key = source.connection;
        let session = &mut self.connections[key as usize].session;
        let Some(tracking) = &mut session.tracking else { return };
        tracking.is_redirect_broken = true;
        let target = tracking.redirect.map_or(0, |target| target.id);
        if session.version == RespVersion::Resp3 {
            let mut reply = self.reply(key);
            reply.push(2);
            reply.bulk(b"tracking-redir-broken");
            reply.integer(target as i64);
            self.note_reply(key);
        }
    }

    fn write_invalid(&mut self, key: ConnectionKey, invalid: &Invalid, via: Via) {
        let connection = &self.connections[key as usize];
        if !connection.takes_news() {
            return;
        }
        let is_heard = connection.session.version == RespVersion::Resp3
            || via == Via::Redirection && connection.is_subscriber();
        if !is_heard {
            return;
        }
        let mut reply = self.reply(key);
        if reply.version() == RespVersion::Resp3 {
            reply.push(2);
            reply.bulk(b"invalidate");
        } else {
            reply.array(3);
            reply.bulk(b"message");
            reply.bulk(CHANNEL);
        }
        match invalid {
            Invalid::All => reply.null(),
            Invalid::Keys(keys) => {
                reply.array(keys.len());
                keys.iter().for_each(|key| reply.bulk(key));
            }
        }
        self.note_reply(key);
    }
}

/// How a client comes to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Via {
    /// It tracks.
    Own,
    /// Another that tracks redirects to it.
    Redirection,
}
