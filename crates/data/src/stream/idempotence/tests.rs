use fanfare_stdx::random::Random;

use super::*;

const LIMITS: IdempotenceLimits = IdempotenceLimits { duration_s: 2, ids: 8 };

fn entry(number: u64) -> StreamId {
    StreamId::new(number, 1)
}

/// Every id that was ever added, oldest first: producer, id, entry, time.
type Model = Vec<(Vec<u8>, Vec<u8>, StreamId, i64)>;

/// The additions of a producer that are still remembered.
fn remembered<'m>(
    model: &'m Model,
    limits: IdempotenceLimits,
    producer: &[u8],
    now_ms: i64,
) -> Vec<(&'m [u8], StreamId)> {
    let own = model.iter().rev().filter(|(name, ..)| name == producer);
    let own = own.take(limits.ids as usize);
    let fresh = own.filter(|(.., time_ms)| time_ms + limits.duration_s * 1000 > now_ms);
    fresh.map(|(_, id, entry, _)| (id.as_slice(), *entry)).collect()
}

#[test]
fn duplicates_are_those_of_a_simple_model() {
    for seed in 0..20 {
        println!("seed {seed}");
        let mut random = Random::from_seed(seed);
        let (mut all, mut model) = (Idempotence::new(LIMITS), Model::new());
        let mut now_ms = 1_000_000;
        for step in 0..4_000 {
            now_ms += random.below(60) as i64;
            let producer = format!("producer-{}", random.below(12)).into_bytes();
            let id = random.below(14).to_string().into_bytes();
            let known = remembered(&model, all.limits(), &producer, now_ms);
            let expected = known.iter().find(|(other, _)| *other == id).map(|(_, entry)| *entry);
            assert_eq!(all.entry(&producer, &id, now_ms), expected);
            if expected.is_none() {
                all.add(&producer, &id, entry(step), now_ms);
                model.push((producer, id, entry(step), now_ms));
                assert_eq!(all.added, model.len() as u64);
            }
            if random.below(500) == 0 {
                let limits = IdempotenceLimits { ids: 1 + random.below(9) as i64, ..all.limits() };
                if limits != all.limits() {
                    model.iter_mut().for_each(|(name, ..)| name.clear());
                }
                all.set_limits(limits);
            }
            if step % 50 == 0 {
                let of_each = (0..12).map(|number| format!("producer-{number}").into_bytes());
                let of_each = of_each.map(|name| remembered(&model, all.limits(), &name, now_ms));
                let lens: Vec<_> = of_each.map(|ids| ids.len()).filter(|&len| len > 0).collect();
                assert_eq!(all.counts(now_ms), (lens.len(), lens.iter().sum()));
            }
        }
    }
}

#[test]
fn what_is_old_gives_its_memory_back_while_others_are_added() {
    let mut all = Idempotence::new(IdempotenceLimits { duration_s: 1, ids: IDEMPOTENT_IDS_MAX });
    for number in 0..10_000_u64 {
        let producer = number.to_string().into_bytes();
        all.add(&producer, b"one", entry(number), 0);
        all.add(b"constant", &producer, entry(number), 0);
    }
    assert_eq!((all.producers(), all.counts(999)), (10_001, (10_001, 20_000)));
    assert!(all.memory_bytes() > 1_000_000, "{}", all.memory_bytes());
    assert_eq!(all.counts(1_000), (0, 0));
    for number in 0..10_000_u64 {
        all.add(b"constant", &number.to_be_bytes(), entry(number), 1_000 + number as i64);
    }
    assert_eq!((all.producers(), all.counts(10_999)), (1, (1, 1_000)));
    assert!(all.memory_bytes() < 500_000, "{}", all.memory_bytes());
}
