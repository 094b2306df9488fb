use std::collections::{BTreeMap, HashSet};

use fanfare_data::encoding::entry::{NewValue, ValueRef};
use fanfare_data::encoding::listpack::Element;
use fanfare_data::hash::{self, NewTime, PackedLimits};
use fanfare_data::object::{Object, new_text};
use fanfare_data::sorted_set::SortedSet;
use fanfare_stdx::random::Random;

use super::*;
use crate::keyspace::change::EventClasses;

const WRITTEN: Event = Event::new(EventClass::String, "set");

fn occasion(now_ms: i64) -> Occasion {
    let events = EventClasses::NONE.with(EventClass::Expired).with(EventClass::String);
    Occasion {
        now_ms,
        database: 0,
        databases: 16,
        events,
        is_tracked: false,
        random: Random::from_seed(1),
        rules: Rules::default(),
    }
}

/// Runs `act` with one key locked, and returns what it did.
fn with_key<R>(
    keyspace: &Keyspace,
    now_ms: i64,
    key: &str,
    act: impl FnOnce(&mut WriteKeys<'_>, &[u8]) -> R,
) -> (R, Changes) {
    let locked = keyspace.lock_one(key.as_bytes());
    let mut keys = WriteKeys::new(locked, occasion(now_ms), Changes::default());
    let result = act(&mut keys, key.as_bytes());
    (result, keys.into_parts().1)
}

fn set(keyspace: &Keyspace, key: &str, value: i64, expiry_ms: Option<i64>) {
    with_key(keyspace, 0, key, |keys, key| {
        keys.set(key, new_text(value.to_string().as_bytes()));
        keys.set_expiry(key, expiry_ms);
        keys.changed(key, WRITTEN);
    });
}

fn get(keyspace: &Keyspace, now_ms: i64, key: &str) -> Option<i64> {
    let read = |keys: &mut WriteKeys<'_>, key: &[u8]| match keys.get(key)?.value() {
        ValueRef::Integer(number) => Some(number),
        _ => None,
    };
    with_key(keyspace, now_ms, key, read).0
}

#[test]
fn commands_under_one_lock_have_each_their_own_time_key_and_use() {
    let keyspace = Keyspace::new(1);
    set(&keyspace, "a", 1, Some(100));
    set(&keyspace, "b", 2, None);
    let mut sought = [b"a", b"b"].map(|key| SoughtKey::from(keyspace.place(key)));
    keyspace.fetch(0, &mut sought);
    let locked = keyspace.lock_shard(sought[0].place.shard());
    let mut keys = WriteKeys::new(locked, occasion(99), Changes::default());
    keys.begin(b"a", &sought[0], 99);
    assert!(keys.reading().get(b"a").is_some());
    // Wrong candidates do no harm.
    let [a, b] = sought;
    keys.begin(b"b", &SoughtKey { candidates: a.candidates, ..b }, 100);
    assert!(keys.get(b"b").is_some(), "a writing command does not count what it looks up");
    assert!(keys.remove(b"b").is_some());
    keys.begin(b"a", &sought[0], 100);
    assert!(keys.reading().get(b"a").is_none(), "its time has come meanwhile");
    let changes = keys.into_parts().1;
    assert_eq!((changes.hits, changes.misses, changes.expired), (1, 1, 1));
}

/// What is fetched shows in nothing but time; but a fetch reads values of all kinds, and must find its way in each.
#[test]
fn members_of_large_values_can_be_fetched() {
    let keyspace = Keyspace::new(1);
    let names: Vec<String> = (0..300_000).map(|number| number.to_string()).collect();
    let scored = names.iter().map(|name| (Element::Bytes(name.as_bytes()), name.len() as f64));
    let sorted = Object::SortedSet(SortedSet::of(scored));
    with_key(&keyspace, 0, "sorted", |keys, key| keys.set(key, NewValue::Object(Box::new(sorted))));
    let (made, _) = with_key(&keyspace, 0, "hash", |keys, key| {
        keys.set(key, hash::EMPTY);
        let limits = PackedLimits { fields: 128, bytes: 64 };
        keys.edit_hash(key, |hash| {
            for name in &names {
                hash.set(name.as_bytes(), b"value", NewTime::Remove, limits);
            }
        })
    });
    assert!(made.is_ok_and(|made| made.is_some()));
    set(&keyspace, "string", 7, None);
    for (database, key) in [(0, "sorted"), (0, "hash"), (0, "string"), (0, "nothing"), (1, "hash")]
    {
        let members = ["7", "9999", "absent", ""].map(str::as_bytes);
        let members = members.map(|member| MemberAt { member, score: Some(member) });
        let key = key.as_bytes();
        keyspace.fetch_members(database, key, keyspace.place(key).into(), members.into_iter());
    }
}

#[test]
fn an_expired_key_is_gone_for_whoever_looks() {
    let keyspace = Keyspace::new(2);
    set(&keyspace, "soon", 1, Some(100));
    set(&keyspace, "later", 2, Some(200));
    assert_eq!(get(&keyspace, 99, "soon"), Some(1));
    let (found, changes) = with_key(&keyspace, 100, "soon", |keys, key| keys.get(key).is_some());
    assert!(!found);
    assert_eq!(changes.expired, 1);
    let names: Vec<_> = changes.notices.iter().map(|notice| notice.event.name).collect();
    assert_eq!(names, ["expired"]);
    let (gone, changes) = with_key(&keyspace, 100, "soon", |keys, key| keys.remove(key).is_none());
    assert!(gone && changes.expired == 0);
    assert_eq!(get(&keyspace, 100, "later"), Some(2));
    set(&keyspace, "later", 3, None);
    assert_eq!(get(&keyspace, 1_000_000, "later"), Some(3), "a new value has no expiry");
}

#[test]
fn keys_whose_time_has_come_go_without_being_asked_for() {
    for reactors in [1, 2] {
        let keyspace = Keyspace::new(reactors);
        for n in 0..3000 {
            set(&keyspace, &format!("key{n}"), n, (n % 3 > 0).then_some(1000 + n));
        }
        let mut expired = 0;
        for shard in 0..keyspace.shards() as u16 {
            loop {
                let locked = keyspace.lock_shard(shard);
                let mut keys = WriteKeys::new(locked, occasion(1999), Changes::default());
                let step = keys.expire_some(shard);
                let (_, changes) = keys.into_parts();
                assert_eq!(changes.expired, step.expired as u64);
                assert!(changes.notices.iter().all(|notice| notice.event.name == "expired"));
                assert_eq!(changes.notices.len(), step.expired);
                expired += step.expired;
                if step.is_done {
                    break;
                }
            }
        }
        assert_eq!(expired, (0..1000).filter(|n| n % 3 > 0).count());
        let mut keys = ReadKeys::new(keyspace.lock_none(), occasion(0), Changes::default());
        assert_eq!(keys.len(), 3000 - expired);
    }
}

#[test]
fn a_scan_over_slots_sees_what_stays() {
    let keyspace = Keyspace::new(1);
    (0..3000).for_each(|n| set(&keyspace, &format!("stays:{n}"), n, None));
    let mut random = Random::from_seed(7);
    let mut seen = HashSet::new();
    let mut cursor = Some((0, 0));
    while let Some(from) = cursor {
        let mut locked = keyspace.lock_all();
        locked.for_each_shard(|_, shard| {
            let count = 1 + random.below(30);
            let part = shard.database_mut(0);
            cursor = part.scan(
                from,
                count,
                |key| keyspace.hash(key),
                |entry| {
                    seen.insert(String::from_utf8_lossy(entry.key()).into_owned());
                },
            );
        });
        drop(locked);
        for n in 0..50 {
            let key = format!("goes:{}", random.below(5000));
            if n % 2 == 0 {
                set(&keyspace, &key, 0, None);
            } else {
                with_key(&keyspace, 0, &key, |keys, key| keys.remove(key).is_some());
            }
        }
    }
    assert_eq!((0..3000).filter(|n| seen.contains(&format!("stays:{n}"))).count(), 3000);
}

#[test]
fn threads_that_lock_several_shards_neither_deadlock_nor_lose_anything() {
    const ACCOUNTS: usize = 20;
    const TRANSFERS: usize = 5_000;
    let keyspace = Keyspace::new(4);
    let names: Vec<String> = (0..ACCOUNTS).map(|n| format!("account:{n}")).collect();
    names.iter().for_each(|name| set(&keyspace, name, 1000, None));
    let balance = |keys: &mut WriteKeys<'_>, name: &str| match keys.get(name.as_bytes()) {
        Some(entry) => match entry.value() {
            ValueRef::Integer(number) => number,
            other => panic!("an account holds {other:?}"),
        },
        None => panic!("an account is gone"),
    };
    std::thread::scope(|scope| {
        for seed in 0..4 {
            let (keyspace, names) = (&keyspace, &names);
            scope.spawn(move || {
                let mut random = Random::from_seed(seed);
                for _ in 0..TRANSFERS {
                    let (from, to) = (random.choose(names), random.choose(names));
                    let locked = keyspace.lock([from, to].map(String::as_bytes).into_iter());
                    let mut keys = WriteKeys::new(locked, occasion(0), Changes::default());
                    let left = balance(&mut keys, from) - 1;
                    keys.set(from.as_bytes(), new_text(left.to_string().as_bytes()));
                    let right = balance(&mut keys, to) + 1;
                    keys.set(to.as_bytes(), new_text(right.to_string().as_bytes()));
                }
            });
        }
        for _ in 0..200 {
            let mut keys = WriteKeys::new(keyspace.lock_all(), occasion(0), Changes::default());
            let total: i64 = names.iter().map(|name| balance(&mut keys, name)).sum();
            assert_eq!(total, 1000 * ACCOUNTS as i64);
        }
    });
    let mut model = BTreeMap::new();
    let mut keys = ReadKeys::new(keyspace.lock_none(), occasion(0), Changes::default());
    assert_eq!(keys.len(), ACCOUNTS);
    keys.for_each(|entry| {
        model.insert(entry.key().to_vec(), format!("{:?}", entry.value()));
    });
    assert_eq!(model.len(), ACCOUNTS);
}

fn waiter(keyspace: &Keyspace, text: &str, keys: &[usize]) -> std::sync::Arc<Waiter> {
    let mut parser = fanfare_protocol::RequestParser::default();
    let line = format!("{text}\r\n");
    let limits = fanfare_protocol::Limits { bulk_bytes_max: 1 << 20, unauthenticated: false };
    parser.parse(line.as_bytes(), limits).expect("a request");
    let wait = Wait {
        keys: keys.len(),
        of: Some(Type::List),
        even_gone: false,
        timeout: None,
        nothing: Nothing::Null,
        give_back: None,
        again: None,
        look_again_ms: None,
    };
    let request = parser.request(line.as_bytes());
    let shards = keyspace.shards_of(keys.iter().map(|&index| request.arg(index)));
    std::sync::Arc::new(Waiter {
        client: Client { reactor: 0, connection: 0, id: 1 },
        request: request.into(),
        names: 1,
        handler: |_, _, _| Ok(None),
        version: fanfare_protocol::RespVersion::Resp2,
        database: 0,
        keys: keys.into(),
        shards: shards.into(),
        remembers: false,
        is_untouching: false,
        state: WaiterState::new(&wait),
        wait,
    })
}

#[test]
fn a_waiter_is_served_once_and_never_after_it_gave_up() {
    let keyspace = Keyspace::new(4);
    let one = waiter(&keyspace, "BLPOP a 0", &[1]);
    assert!(one.claim() && !one.claim() && !one.give_up());
    assert!(one.unclaim(), "it still waits");
    assert!(one.claim());
    one.finish();
    assert!(!one.give_up() && !one.abandon() && !one.claim());
    let other = waiter(&keyspace, "BLPOP a 0", &[1]);
    assert!(other.claim() && other.abandon(), "its client goes away while it is served");
    assert!(!other.unclaim() && !other.claim() && !other.is_waiting());
    let third = waiter(&keyspace, "BLPOP a 0", &[1]);
    assert!(third.give_up() && !third.claim() && !third.abandon());
}

#[test]
fn who_changes_a_key_locks_what_its_waiters_need() {
    let keyspace = Keyspace::new(4);
    let near = waiter(&keyspace, "BLPOP {a}1 {a}2 0", &[1, 2]);
    let far = waiter(&keyspace, "BLPOP {a}1 b c 0", &[1, 2, 3]);
    let chained = waiter(&keyspace, "BLMOVE c d LEFT LEFT 0", &[1, 2]);
    keyspace.lock_all().add_waiter(&near);
    assert!(
        !keyspace.lock_at_with_waiters(0, b"{a}1", keyspace.place(b"{a}1").into()).covers(b"b")
    );
    keyspace.lock_all().add_waiter(&far);
    keyspace.lock_all().add_waiter(&chained);
    let mut locked = keyspace.lock_at_with_waiters(0, b"{a}1", keyspace.place(b"{a}1").into());
    assert!([&b"{a}2"[..], b"b", b"c", b"d"].iter().all(|key| locked.covers(key)));
    assert!(std::sync::Arc::ptr_eq(&locked.waiter(0, b"{a}1", 1).expect("the second"), &far));
    assert!(locked.waiter(1, b"{a}1", 0).is_none());
    locked.remove_waiter(&far);
    locked.remove_waiter(&near);
    assert!(locked.waiter(0, b"{a}1", 0).is_none());
    drop(locked);
    assert!(
        !keyspace.lock_at_with_waiters(0, b"{a}1", keyspace.place(b"{a}1").into()).covers(b"b")
    );
    assert!(keyspace.lock_with_waiters(0, [&b"c"[..]].into_iter()).covers(b"d"));
}

#[test]
fn a_key_is_ready_once_however_often_it_may_have_changed() {
    let keyspace = Keyspace::new(4);
    keyspace.lock_all().add_waiter(&waiter(&keyspace, "BLPOP b a 0", &[1, 2]));
    let mut keys = WriteKeys::new(keyspace.lock_all(), occasion(0), Changes::default());
    keys.wake(b"b");
    keys.clear(0, false);
    keys.swap_databases(0, 0);
    keys.wake(b"a");
    let ready: Vec<_> = keys.into_parts().1.ready.take().collect();
    assert_eq!(ready, [(0, Box::from(&b"b"[..])), (0, Box::from(&b"a"[..]))]);
}

/// A client's mark, and databases and keys that it watches; none once one of them has changed.
type Watched<'a> = Option<(WatchMark, HashSet<(usize, &'a String)>)>;

/// A key changes: who watches it watches nothing any more.
fn change(clients: &mut [Watched<'_>], database: usize, name: &String) {
    for (_, watched) in clients.iter_mut().flatten() {
        if watched.contains(&(database, name)) {
            watched.clear();
        }
    }
}

fn interest(keyspace: &Keyspace) -> Interest {
    keyspace.lock_none().survey(16, 0, &mut Random::from_seed(1)).interest
}

/// Counts of watches and of waiters equal those of a model that looks at each.
#[test]
fn what_clients_have_an_eye_on_is_counted() {
    const SEED: u64 = 5;
    const DATABASES: usize = 3;
    let mut random = Random::from_seed(SEED);
    let names: Vec<String> = (0..12).map(|number| format!("key:{number}")).collect();
    for reactors in [1, 4] {
        let keyspace = Keyspace::new(reactors);
        let keys = |database: usize| {
            let occasion = Occasion { database: database as u32, ..occasion(0) };
            WriteKeys::new(keyspace.lock_all(), occasion, Changes::default())
        };
        let mut clients: Vec<Watched<'_>> = vec![None; 8];
        let mut waiters: Vec<std::sync::Arc<Waiter>> = Vec::new();
        for step in 0..4_000 {
            let (database, name) = (random.below(DATABASES), random.choose(&names));
            let client = random.below(clients.len());
            match random.below(12) {
                0..6 => {
                    let new = || (keyspace.new_mark(), HashSet::new());
                    let (mark, watched) = clients[client].get_or_insert_with(new);
                    let is_new = keys(database).watch(name.as_bytes(), mark);
                    assert_eq!(is_new, !mark.is_set() && watched.insert((database, name)));
                }
                6 => {
                    keys(database).set(name.as_bytes(), new_text(b"x"));
                    keys(database).changed(name.as_bytes(), WRITTEN);
                    change(&mut clients, database, name);
                }
                7 => {
                    if let Some((mark, _)) = clients[client].take() {
                        for (database, name) in
                            (0..DATABASES).flat_map(|n| names.iter().map(move |name| (n, name)))
                        {
                            keyspace.lock_all().unwatch(database as u32, name.as_bytes(), &mark);
                        }
                    }
                }
                8 if random.below(20) == 0 => {
                    let there: Vec<_> = names
                        .iter()
                        .filter(|name| keys(database).get(name.as_bytes()).is_some())
                        .collect();
                    keys(database).clear(database as u32, false);
                    there.into_iter().for_each(|name| change(&mut clients, database, name));
                }
                9 => {
                    let words = format!("BLPOP {name} {} 0", random.choose(&names));
                    let mut new = waiter(&keyspace, &words, &[1, 2]);
                    let inner = std::sync::Arc::get_mut(&mut new).expect("one owner");
                    inner.wait.even_gone = random.below(3) == 0;
                    inner.database = database as u32;
                    keyspace.lock_all().add_waiter(&new);
                    waiters.push(new);
                }
                10 | 11 if !waiters.is_empty() => {
                    let gone = waiters.swap_remove(random.below(waiters.len()));
                    keyspace.lock_all().remove_waiter(&gone);
                }
                _ => {}
            }
            if random.below(4) > 0 {
                continue;
            }
            let watching = || clients.iter().flatten().filter(|(mark, _)| !mark.is_set());
            let watched: HashSet<_> = watching().flat_map(|(_, watched)| watched).collect();
            let awaited = |even_gone_only: bool| {
                let of_interest =
                    waiters.iter().filter(|one| one.wait.even_gone || !even_gone_only);
                let keys =
                    of_interest.flat_map(|one| one.awaited_keys().map(|key| (one.database, key)));
                keys.collect::<HashSet<_>>().len() as u64
            };
            let model = Interest {
                watching_clients: watching().count() as u64,
                watched_keys: watched.len() as u64,
                awaited_keys: awaited(false),
                awaited_even_gone: awaited(true),
            };
            assert_eq!(interest(&keyspace), model, "step {step} of seed {SEED}");
        }
    }
}
