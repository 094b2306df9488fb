use fanfare_stdx::random::Random;

use super::*;
use crate::keyspace::{Client, Nothing, Wait, WaiterState};

fn waiter(id: u64, random: &mut Random) -> Arc<Waiter> {
    let wait = Wait {
        keys: 1,
        of: None,
        even_gone: random.below(3) == 0,
        timeout: None,
        nothing: Nothing::Null,
        give_back: None,
        again: None,
        look_again_ms: (random.below(3) == 0).then_some(0),
    };
    Arc::new(Waiter {
        client: Client { reactor: 0, connection: 0, id },
        request: [&b"BLPOP"[..]].into_iter().collect(),
        names: 1,
        handler: |_, _, _| Ok(None),
        version: fanfare_protocol::RespVersion::Resp2,
        database: 0,
        keys: [].into(),
        shards: [].into(),
        remembers: false,
        is_untouching: false,
        state: WaiterState::new(&wait),
        wait,
    })
}

fn ids<'w>(waiters: impl Iterator<Item = &'w Arc<Waiter>>) -> Vec<u64> {
    waiters.map(|one| one.client.id).collect()
}

/// Waiters stand in the order of their arrival, as in a model of one list for all keys.
#[test]
fn waiters_are_found_in_the_order_of_their_arrival() {
    const SEED: u64 = 11;
    let random = &mut Random::from_seed(SEED);
    let names = [&b"a"[..], b"b", b"c", b""];
    let mut waiting = Waiting::default();
    let mut model: Vec<(u32, &[u8], Arc<Waiter>, bool)> = Vec::new();
    for step in 0..5_000 {
        // Now and then everybody leaves.
        let leaves = random.below(20) < if step % 500 < 400 { 9 } else { 16 };
        if leaves && !model.is_empty() {
            let (database, key, waiter, spans) = model.remove(random.below(model.len()));
            waiting.remove(database, key, &waiter, spans);
            waiting.remove(database, key, &waiter, spans);
        } else {
            let (database, key) = (random.below(2) as u32, *random.choose(&names));
            let (new, spans) = (waiter(step, random), random.below(2) == 0);
            waiting.add(database, key, &new, spans);
            waiting.add(database, key, &new, spans);
            model.push((database, key, new, spans));
        }
        assert_eq!(waiting.is_empty(), model.is_empty(), "step {step} of seed {SEED}");
        assert_eq!(waiting.has_spanning(), model.iter().any(|one| one.3));
        let mut counts = AwaitedKeys::default();
        for (database, key) in [0, 1].iter().flat_map(|n| names.iter().map(move |key| (*n, *key))) {
            let here = || model.iter().filter(|one| one.0 == database && one.1 == key);
            let expected = ids(here().map(|one| &one.2));
            assert_eq!(ids(waiting.of(database, key)), expected, "step {step} of seed {SEED}");
            let each = (0..=expected.len()).filter_map(|index| waiting.get(database, key, index));
            assert_eq!(ids(each), expected, "step {step} of seed {SEED}");
            assert_eq!(waiting.has(database, key), !expected.is_empty());
            let even_gone = here().any(|one| one.2.wait.even_gone);
            assert_eq!(waiting.has_even_gone(database, key), even_gone);
            let claims = here().any(|one| one.2.wait.look_again_ms.is_some());
            assert_eq!(waiting.has_claimant(database, key), claims);
            counts.all += usize::from(!expected.is_empty());
            counts.even_gone += usize::from(even_gone);
        }
        assert_eq!(waiting.counts(), counts, "step {step} of seed {SEED}");
    }
}
