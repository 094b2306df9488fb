//! What reactors tell each other.

use std::sync::Arc;

use fanfare_engine::keyspace::Waiter;
use fanfare_net::{PeerAddress, Socket};
use fanfare_pubsub::Message;

use super::core::{ConnectionKey, Reactor};
use super::transaction::Executing;
use super::visit::Visit;
use crate::session::{Connection, OutputState};
use crate::tracking::TrackingMail;

/// Everything that reactors tell each other.
pub enum Mail {
    /// A message for subscribers of the receiving reactor.
    Deliver(Message),
    /// A command for this reactor's monitors, formatted.
    Monitored(Arc<[u8]>),
    /// A connection that the receiving reactor is to own.
    Adopt(Socket, PeerAddress),
    /// Work to do on the receiving reactor for a command that waits for it.
    Visit(Arc<Visit>),
    /// All reactors have done such work: the command of that connection (key and client number) can answer.
    Visited(ConnectionKey, u64, Arc<Visit>),
    /// The reply for a client that waited for a key.
    Unblocked(Arc<Waiter>, Box<[u8]>),
    /// The command of a client that waits is to be run again at this time, in milliseconds of Unix time.
    LookAgain(Arc<Waiter>, i64),
    /// Keys changed that clients remember.
    Tracking(TrackingMail),
    /// Something shared has changed: look at it.
    LookAround,
}

impl Mail {
    /// Memory that it holds while it waits, in bytes.
    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Deliver(message) => message.len(),
                Self::Monitored(line) => line.len(),
                Self::Unblocked(_, reply) => reply.len(),
                Self::Tracking(mail) => mail.weight(),
                _ => 0,
            }
    }
}

impl Reactor {
    /// Takes and handles all mail that is there.
    pub(super) fn take_mail(&mut self) {
        for mail in std::mem::take(&mut self.postponed_mail) {
            self.handle(mail);
        }
        if self.mail.is_empty() {
            return;
        }
        let mut taken = self.mail.take();
        for mail in taken.drain(..) {
            self.handle(mail);
        }
        self.mail.recycle(taken);
    }

    /// Delivers all messages and news of keys that are in the mailbox, in order, and puts off other mail.
    ///
    /// Called under the lock of a channel whose subscribers change, and before a subscriber's own next command. What a
    /// connection is to hear whose transaction runs is kept for behind the reply.
    pub(crate) fn settle(&mut self) {
        if self.mail.is_empty() {
            return;
        }
        self.swap_behind_reply();
        let mut taken = self.mail.take();
        for mail in taken.drain(..) {
            match mail {
                Mail::Deliver(message) => self.deliver(&message),
                Mail::Tracking(mail) => self.receive_tracking(mail),
                other => self.postponed_mail.push(other),
            }
        }
        self.mail.recycle(taken);
        self.swap_behind_reply();
    }

    /// Has the connection whose transaction runs, if one does, get what is written from now on behind the transaction's
    /// reply; or, called again, in it.
    fn swap_behind_reply(&mut self) {
        if let Some(Executing { key, .. }) = self.executing {
            let output = &mut self.connections[key as usize].output;
            std::mem::swap(output, &mut self.behind_reply);
        }
    }

    fn handle(&mut self, mail: Mail) {
        match mail {
            Mail::Deliver(message) => self.deliver(&message),
            Mail::Monitored(line) => self.feed_monitors(&line),
            Mail::Adopt(socket, peer) => self.adopt(socket, peer),
            Mail::Visit(visit) => self.receive_visit(&visit),
            Mail::Visited(key, client_id, visit) => self.end_visit(key, client_id, &visit),
            Mail::Unblocked(waiter, reply) => self.receive_unblocked(&waiter, &reply),
            Mail::LookAgain(waiter, time_ms) => self.look_again_at(&waiter, time_ms),
            Mail::Tracking(mail) => self.receive_tracking(mail),
            // The turn looks at what is shared.
            Mail::LookAround => {}
        }
    }

    fn deliver(&mut self, message: &Message) {
        let Self { topics, pool, connections, queued, over_limit, .. } = self;
        topics.deliver(message, pool, |key, delivery| {
            let connection = &mut connections[key as usize];
            if !connection.takes_news() {
                return;
            }
            delivery.push(&mut connection.output, connection.session.version);
            if connection.output_state == OutputState::Idle {
                connection.output_state = OutputState::Queued;
                queued.push_back(key);
            }
            if connection.output.pending_bytes() > connection.output_alarm_bytes {
                over_limit.push(key);
            }
        });
        if !self.over_limit.is_empty() {
            self.check_new_output();
        }
    }

    fn feed_monitors(&mut self, line: &[u8]) {
        let hears = |one: &Connection| one.session.is_monitor && one.takes_news();
        let monitors = self.connections().filter(|(_, connection)| hears(connection));
        let keys: Vec<ConnectionKey> = monitors.map(|(key, _)| key).collect();
        for key in keys {
            let connection = &mut self.connections[key as usize];
            connection.output.push_copy(&mut self.pool, [line, b"", b""]);
            if connection.output.pending_bytes() > connection.output_alarm_bytes {
                self.over_limit.push(key);
            }
            self.note_reply(key);
        }
        self.check_new_output();
    }
}
