use std::collections::HashSet;

use fanfare_data::object::new_text;

use super::*;
use crate::keyspace::change::{Changes, EventClasses};
use crate::keyspace::{Occasion, Rules};

const NOW_MS: i64 = 1_795_391_688_000;
const SAMPLES: usize = 5;

const LRU: Policy = Policy { only_expiring: false, order: Order::Recency };
const LFU: Access = Access::Frequency { log_factor: 10, decay_minutes: 1 };

/// A keyspace, and the circumstances of whoever works on it.
struct Desk {
    keyspace: Keyspace,
    occasion: Occasion,
    pool: Pool,
}

impl Desk {
    fn new(reactors: usize, access: Access) -> Self {
        let rules = Rules::of(access);
        let occasion = Occasion {
            now_ms: NOW_MS,
            database: 0,
            databases: 16,
            events: EventClasses::NONE.with(EventClass::Evicted),
            random: Random::from_seed(11),
            rules,
            is_tracked: false,
        };
        Self { keyspace: Keyspace::new(reactors), occasion, pool: Pool::default() }
    }

    fn with<R>(
        &mut self,
        key: &str,
        act: impl FnOnce(&mut WriteKeys<'_>, &[u8]) -> R,
    ) -> (R, Changes) {
        self.occasion.random = self.occasion.random.fork();
        let locked = self.keyspace.lock_one(key.as_bytes());
        let mut keys = WriteKeys::new(locked, self.occasion.clone(), Changes::default());
        let result = act(&mut keys, key.as_bytes());
        (result, keys.into_parts().1)
    }

    fn set(&mut self, key: &str, expiry_ms: Option<i64>) {
        self.with(key, |keys, key| keys.set_expiring(key, new_text(b"value"), expiry_ms));
    }

    fn get(&mut self, key: &str) -> bool {
        self.with(key, |keys, key| keys.get(key).is_some()).0
    }

    fn is_there(&mut self, key: &str) -> bool {
        self.with(key, |keys, key| keys.peek(key).is_some()).0
    }

    /// Evicts a key by a policy, and returns its name.
    fn evict(&mut self, policy: Policy) -> Option<String> {
        let Occasion { now_ms, rules, .. } = self.occasion;
        let random = &mut self.occasion.random;
        let chosen =
            self.pool.choose(&self.keyspace, policy, SAMPLES, now_ms, rules.access, random);
        let (database, key) = chosen?;
        self.occasion.database = database;
        let key = String::from_utf8_lossy(&key).into_owned();
        let (is_evicted, changes) = self.with(&key, |keys, _| keys.evict(key.as_bytes(), policy));
        self.occasion.database = 0;
        assert!(is_evicted);
        assert_eq!(changes.notices.len(), 1);
        assert_eq!(changes.notices[0].event, EVICTED);
        assert_eq!(changes.notices[0].database, database);
        Some(key)
    }
}

#[test]
fn of_keys_half_used_lately_mostly_the_others_go() {
    for reactors in [1, 2] {
        let mut desk = Desk::new(reactors, Access::Recency);
        let names: Vec<String> = (0..2000).map(|n| format!("key:{n}")).collect();
        names.iter().for_each(|name| desk.set(name, None));
        desk.occasion.now_ms += 60_000;
        let used: HashSet<&String> = names.iter().step_by(2).collect();
        used.iter().for_each(|name| assert!(desk.get(name)));
        desk.occasion.now_ms += 10_000;
        (0..800).for_each(|_| assert!(desk.evict(LRU).is_some()));
        let lost = used.iter().filter(|name| !desk.is_there(name)).count();
        assert!(lost < 40, "{lost} of the keys used lately went");
    }
}

#[test]
fn keys_used_often_stay() {
    let mut desk = Desk::new(2, LFU);
    let names: Vec<String> = (0..1000).map(|n| format!("key:{n}")).collect();
    names.iter().for_each(|name| desk.set(name, None));
    let used: Vec<&String> = names.iter().step_by(2).collect();
    for _ in 0..100 {
        used.iter().for_each(|name| assert!(desk.get(name)));
    }
    // The others were used last.
    desk.occasion.now_ms += 1000;
    names.iter().skip(1).step_by(2).for_each(|name| assert!(desk.get(name)));
    let policy = Policy { only_expiring: false, order: Order::Frequency };
    (0..400).for_each(|_| assert!(desk.evict(policy).is_some()));
    let lost = used.iter().filter(|name| !desk.is_there(name)).count();
    // Chance would have taken two hundred.
    assert!(lost < 60, "{lost} of the keys used often went");
}

#[test]
fn what_expires_first_goes_first() {
    let mut desk = Desk::new(1, Access::Recency);
    for n in 0..1000 {
        desk.set(&format!("key:{n}"), (n % 2 == 0).then_some(NOW_MS + 1000 + n));
    }
    let policy = Policy { only_expiring: true, order: Order::TimeToLive };
    let mut early = 0;
    for _ in 0..250 {
        let key = desk.evict(policy).expect("a key that expires");
        let number: i64 = key.trim_start_matches("key:").parse().expect("its number");
        assert_eq!(number % 2, 0, "a key without expiry went");
        early += usize::from(number < 500);
    }
    assert!(early > 220, "{early} of 250");
}

#[test]
fn keys_without_expiry_are_no_prey_of_volatile_policies() {
    for order in [Order::Recency, Order::Frequency, Order::Random, Order::TimeToLive] {
        let mut desk = Desk::new(2, Access::Recency);
        for n in 0..300 {
            desk.set(&format!("key:{n}"), (n % 100 == 0).then_some(NOW_MS + 1000));
        }
        let policy = Policy { only_expiring: true, order };
        let mut gone: Vec<String> = (0..3).filter_map(|_| desk.evict(policy)).collect();
        gone.sort();
        assert_eq!(gone, ["key:0", "key:100", "key:200"]);
        assert_eq!(desk.evict(policy), None);
    }
}

#[test]
fn a_key_that_has_lost_its_expiry_since_it_was_sampled_stays() {
    let mut desk = Desk::new(1, Access::Recency);
    (0..=SAMPLES as i64).for_each(|n| desk.set(&format!("key:{n}"), Some(NOW_MS + 1000 + n)));
    let policy = Policy { only_expiring: true, order: Order::TimeToLive };
    let gone = desk.evict(policy).expect("a key that expires");
    let names = (0..=SAMPLES).map(|n| format!("key:{n}")).filter(|name| *name != gone);
    let names: Vec<String> = names.collect();
    names.iter().for_each(|name| desk.set(name, None));
    // The pool remembers some of them.
    let Occasion { now_ms, rules, .. } = desk.occasion;
    let mut random = desk.occasion.random.fork();
    let chosen =
        desk.pool.choose(&desk.keyspace, policy, SAMPLES, now_ms, rules.access, &mut random);
    let (_, key) = chosen.expect("a key that the pool remembers");
    let key = String::from_utf8_lossy(&key).into_owned();
    assert!(!desk.with(&key, |keys, key| keys.evict(key, policy)).0);
    assert!(names.iter().all(|name| desk.is_there(name)));
}

#[test]
fn a_key_that_expires_at_the_end_of_time_can_go() {
    for order in [Order::Recency, Order::Frequency, Order::Random, Order::TimeToLive] {
        let mut desk = Desk::new(2, Access::Recency);
        desk.set("key", Some(i64::MAX));
        let policy = Policy { only_expiring: true, order };
        assert_eq!(desk.evict(policy).as_deref(), Some("key"));
    }
}

#[test]
fn chance_takes_keys_of_all_databases() {
    let mut desk = Desk::new(2, Access::Recency);
    for database in [0, 3] {
        desk.occasion.database = database;
        (0..50).for_each(|n| desk.set(&format!("{database}:{n}"), None));
    }
    desk.occasion.database = 0;
    let policy = Policy { only_expiring: false, order: Order::Random };
    let gone: HashSet<String> = (0..100).filter_map(|_| desk.evict(policy)).collect();
    assert_eq!(gone.len(), 100);
    assert_eq!(desk.evict(policy), None);
}

#[test]
fn a_look_without_touch_is_no_use() {
    let mut desk = Desk::new(1, Access::Recency);
    desk.set("key", None);
    desk.occasion.now_ms += 100_000;
    let idle = |desk: &mut Desk| {
        let now_ms = desk.occasion.now_ms;
        let entry_idle = |keys: &mut WriteKeys<'_>, key: &[u8]| {
            keys.peek(key).map(|entry| idle_seconds(entry.access(), now_ms))
        };
        desk.with("key", entry_idle).0
    };
    assert_eq!(idle(&mut desk), Some(100));
    desk.occasion.rules.is_untouching = true;
    assert!(desk.get("key"));
    assert_eq!(idle(&mut desk), Some(100));
    desk.with("key", |keys, key| keys.touch(key));
    assert_eq!(idle(&mut desk), Some(0));
}
