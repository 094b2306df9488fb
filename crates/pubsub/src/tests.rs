//! The registry and one or more reactors' tables together, without sockets.

use std::cell::RefCell;
use std::io::Read;
use std::os::unix::net::UnixStream;

use fanfare_net::Socket;
use fanfare_net::output::{OutputPool, OutputQueue};
use fanfare_protocol::RespVersion;
use fanfare_stdx::random::Random;

use crate::{Kind, Memberships, Message, ReactorId, Registry, SubscriberKey, Topics};

struct Subscriber {
    version: RespVersion,
    memberships: Memberships,
    queue: OutputQueue,
}

/// One reactor: its subscribers, tables and mailbox.
struct Reactor {
    id: ReactorId,
    topics: Topics,
    pool: OutputPool,
    subscribers: Vec<Subscriber>,
    mail: Vec<Message>,
}

struct Rig {
    registry: Registry,
    reactors: Vec<RefCell<Reactor>>,
}

fn rig(reactors: u16) -> Rig {
    let registry = Registry::new(usize::from(reactors));
    let reactor = |id| {
        RefCell::new(Reactor {
            id: ReactorId(id),
            topics: Topics::new(registry.hasher()),
            pool: OutputPool::default(),
            subscribers: Vec::new(),
            mail: Vec::new(),
        })
    };
    Rig { reactors: (0..reactors).map(reactor).collect(), registry }
}

impl Rig {
    fn connect(&self, reactor: usize, version: RespVersion) -> SubscriberKey {
        let mut reactor = self.reactors[reactor].borrow_mut();
        reactor.subscribers.push(Subscriber {
            version,
            memberships: Memberships::default(),
            queue: OutputQueue::default(),
        });
        reactor.subscribers.len() as u32 - 1
    }

    fn subscribe(&self, reactor: usize, key: SubscriberKey, kind: Kind, name: &str) {
        let reactor = &mut *self.reactors[reactor].borrow_mut();
        let pattern = self.registry.subscribe(kind, name.as_bytes(), reactor.id, || ());
        let memberships = &mut reactor.subscribers[key as usize].memberships;
        reactor.topics.join(key, memberships, kind, name.as_bytes(), pattern);
    }

    fn unsubscribe(&self, reactor: usize, key: SubscriberKey, kind: Kind, name: &str) {
        let reactor = &mut *self.reactors[reactor].borrow_mut();
        self.registry.unsubscribe(kind, name.as_bytes(), reactor.id, || ());
        let topic = reactor.topics.find(kind, name.as_bytes()).expect("someone subscribes");
        let mut memberships = std::mem::take(&mut reactor.subscribers[key as usize].memberships);
        let subscribers = &mut reactor.subscribers;
        reactor.topics.leave(&mut memberships, topic, &mut reactor.pool, |other| {
            &mut subscribers[other as usize].memberships
        });
        subscribers[key as usize].memberships = memberships;
    }

    fn publish(&self, kind: Kind, channel: &str, payload: &[u8]) -> u64 {
        self.registry.publish(kind, channel.as_bytes(), payload, |reactor, message| {
            self.reactors[usize::from(reactor.0)].borrow_mut().mail.push(message);
        })
    }

    fn drain(&self) {
        for reactor in &self.reactors {
            let reactor = &mut *reactor.borrow_mut();
            for message in std::mem::take(&mut reactor.mail) {
                let subscribers = &mut reactor.subscribers;
                reactor.topics.deliver(&message, &mut reactor.pool, |key, delivery| {
                    let subscriber = &mut subscribers[key as usize];
                    delivery.push(&mut subscriber.queue, subscriber.version);
                });
            }
        }
    }

    /// What a subscriber would have read.
    fn received(&self, reactor: usize, key: SubscriberKey) -> String {
        self.drain();
        let reactor = &mut *self.reactors[reactor].borrow_mut();
        let queue = &mut reactor.subscribers[key as usize].queue;
        let (near, mut far) = UnixStream::pair().expect("a pair of sockets");
        near.set_nonblocking(true).expect("a non-blocking socket");
        let mut socket = Socket::Unix(mio::net::UnixStream::from_std(near));
        let mut bytes = vec![0; queue.pending_bytes()];
        queue.flush(&mut socket, &mut reactor.pool).expect("an open socket");
        far.read_exact(&mut bytes).expect("all that waited");
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[test]
fn a_message_reaches_every_kind_of_subscriber_once() {
    let rig = rig(3);
    let channel = rig.connect(0, RespVersion::Resp2);
    let pattern = rig.connect(2, RespVersion::Resp3);
    let shard = rig.connect(0, RespVersion::Resp2);
    rig.subscribe(0, channel, Kind::Channel, "news");
    rig.subscribe(2, pattern, Kind::Pattern, "n*");
    rig.subscribe(0, shard, Kind::ShardChannel, "news");
    assert_eq!(rig.publish(Kind::Channel, "news", b"hi"), 2);
    assert_eq!(rig.publish(Kind::ShardChannel, "news", b"yo"), 1);
    assert_eq!(rig.publish(Kind::Channel, "other", b"hi"), 0);
    let tail = "$4\r\nnews\r\n$2\r\nhi\r\n";
    assert_eq!(rig.received(0, channel), format!("*3\r\n$7\r\nmessage\r\n{tail}"));
    assert_eq!(rig.received(2, pattern), format!(">4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n{tail}"));
    let shard_frame = "*3\r\n$8\r\nsmessage\r\n$4\r\nnews\r\n$2\r\nyo\r\n";
    assert_eq!(rig.received(0, shard), shard_frame);
}

#[test]
fn many_subscribers_share_bytes_and_large_messages_are_not_copied() {
    let rig = rig(1);
    let keys: Vec<_> = (0..20)
        .map(|n| if n % 2 == 0 { RespVersion::Resp2 } else { RespVersion::Resp3 })
        .map(|version| rig.connect(0, version))
        .collect();
    keys.iter().for_each(|&key| rig.subscribe(0, key, Kind::Channel, "c"));
    let mut expected = String::new();
    for size in [0, 1, 100, 5_000, 20_000, 70_000, 3] {
        let payload = "x".repeat(size);
        assert_eq!(rig.publish(Kind::Channel, "c", payload.as_bytes()), 20);
        expected += &format!("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n${size}\r\n{payload}\r\n");
    }
    rig.drain();
    let held = rig.reactors[0].borrow().pool.block_bytes();
    assert!(held < 4 * expected.len(), "{held} bytes held for {} published", expected.len());
    for key in keys {
        let received = rig.received(0, key);
        let expected =
            if key % 2 == 0 { expected.clone() } else { expected.replace("*3\r\n", ">3\r\n") };
        assert!(received == expected, "subscriber {key}");
    }
    let reactor = &mut *rig.reactors[0].borrow_mut();
    reactor.topics.release_blocks(&mut reactor.pool);
    assert_eq!(reactor.pool.block_bytes(), 0, "nothing is held once all is sent");
}

#[test]
fn frames_of_alternating_channels_are_copied_until_a_subscriber_falls_behind() {
    let rig = rig(1);
    let keys: Vec<_> = (0..10).map(|_| rig.connect(0, RespVersion::Resp2)).collect();
    for key in &keys {
        rig.subscribe(0, *key, Kind::Channel, "a");
        rig.subscribe(0, *key, Kind::Channel, "b");
    }
    let mut expected = String::new();
    let mut publish = |channel: &str, times: usize| {
        for _ in 0..times {
            assert_eq!(rig.publish(Kind::Channel, channel, &[b'x'; 100]), 10);
            let payload = "x".repeat(100);
            expected += &format!("*3\r\n$7\r\nmessage\r\n$1\r\n{channel}\r\n$100\r\n{payload}\r\n");
        }
        rig.drain();
        rig.reactors[0].borrow().subscribers[keys[0] as usize].queue.segments()
    };
    assert_eq!(publish("a", 200), 3, "one range for each block, the first blocks being small");
    publish("b", 1);
    publish("a", 1);
    let copied = publish("b", 20);
    assert_eq!(copied, publish("a", 10), "no segment for what is copied");
    let behind = publish("b", 600);
    assert!(behind > copied, "references once 64 kB wait");
    for key in keys {
        assert!(rig.received(0, key) == expected, "subscriber {key}");
    }
}

#[test]
fn counts_and_tables_agree_under_random_churn() {
    const SEED: u64 = 0x5eed_f0ca;
    println!("seed {SEED:#x}");
    let mut random = Random::from_seed(SEED);
    let mut below = |bound| random.below(bound);
    let rig = rig(2);
    let kinds = [Kind::Channel, Kind::Pattern, Kind::ShardChannel];
    let names: Vec<String> = (0..30).map(|n| format!("name{n}")).collect();
    let keys = [0, 1].map(|reactor| {
        (0..6).map(|_| rig.connect(reactor, RespVersion::Resp2)).collect::<Vec<_>>()
    });
    let mut model = std::collections::HashSet::new();
    for _ in 0..20_000 {
        let (reactor, kind, name) = (below(2), kinds[below(3)], &names[below(30)]);
        let key = keys[reactor][below(6)];
        if model.remove(&(reactor, key, kind, name)) {
            rig.unsubscribe(reactor, key, kind, name);
        } else {
            rig.subscribe(reactor, key, kind, name);
            model.insert((reactor, key, kind, name));
        }
        if below(50) == 0 {
            let subscribers =
                |wanted| model.iter().filter(|m| m.2 == wanted && m.3 == name).count();
            let expected = subscribers(Kind::Channel) + subscribers(Kind::Pattern);
            assert_eq!(rig.publish(Kind::Channel, name, b"m"), expected as u64);
            let expected = subscribers(Kind::ShardChannel);
            assert_eq!(rig.publish(Kind::ShardChannel, name, b"m"), expected as u64);
            for (reactor, keys) in keys.iter().enumerate() {
                for &key in keys {
                    let received = rig.received(reactor, key).matches("\r\nm\r\n").count();
                    let mine = model.iter().filter(|m| (m.0, m.1, m.3) == (reactor, key, name));
                    assert_eq!(received, mine.count());
                }
            }
        }
    }
    for (reactor, key, kind, name) in model.drain() {
        rig.unsubscribe(reactor, key, kind, name);
    }
    for kind in kinds {
        assert_eq!(rig.registry.len(kind), 0);
    }
    for reactor in &rig.reactors {
        assert!(reactor.borrow().subscribers.iter().all(|one| one.memberships.is_empty()));
    }
}
