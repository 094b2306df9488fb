//! Tells what happened to keys, in the order in which it happened to each: keyspace events, and clients that keep values.

use fanfare_engine::keyspace::Changes;
use fanfare_engine::keyspace::change::Notice;
use fanfare_pubsub::{Kind, Message};
use thin_vec::ThinVec;

use super::core::Reactor;
use super::mail::Mail;

/// In place of a client's number, when keys change of which no client is the cause.
pub(super) const NOBODY: u64 = 0;

/// Events for which there stays room when more have been published.
const NOTICES_KEPT_MAX: usize = 1024;

impl Reactor {
    /// Tells what a command of the client `writer` changed. To be called under the locks of the keys.
    pub(super) fn tell(&self, changes: &mut Changes, writer: u64) {
        if !changes.invalid.is_empty() {
            self.tell_changed(&mut changes.invalid, writer);
        }
        if !changes.notices.is_empty() {
            self.publish_notices(&mut changes.notices);
        }
        for _ in 0..std::mem::take(&mut changes.flushes) {
            self.tell_flushed();
        }
    }

    /// Publishes events. Nobody can change a key, and publish that, in between.
    fn publish_notices(&self, notices: &mut ThinVec<Notice>) {
        for notice in notices.drain(..) {
            let event = notice.event.name.as_bytes();
            if self.config.keyspace_events.by_key {
                self.publish_notice(channel("keyspace", notice.database, &notice.key), event);
            }
            if self.config.keyspace_events.by_event {
                self.publish_notice(channel("keyevent", notice.database, event), &notice.key);
            }
        }
        if notices.capacity() > NOTICES_KEPT_MAX {
            *notices = ThinVec::new();
        }
    }

    fn publish_notice(&self, channel: Vec<u8>, payload: &[u8]) {
        if !Message::fits(&channel, payload) {
            return;
        }
        self.shared.registry.publish(Kind::Channel, &channel, payload, |reactor, message| {
            self.shared.send(reactor, Mail::Deliver(message));
        });
    }
}

fn channel(kind: &str, database: u32, name: &[u8]) -> Vec<u8> {
    let mut channel = format!("__{kind}@{database}__:").into_bytes();
    channel.extend_from_slice(name);
    channel
}
