use std::collections::BTreeMap;

use fanfare_stdx::random::Random;

use super::*;

type Texts = Vec<Vec<u8>>;
type Model = BTreeMap<StreamId, Texts>;

fn id(ms: u64, seq: u64) -> StreamId {
    StreamId::new(ms, seq)
}

fn append(stream: &mut Stream, id: StreamId, texts: &Texts, limits: NodeLimits) {
    stream.append(id, texts.iter().map(Vec::as_slice), limits).expect("small enough");
}

fn texts(entry: &EntryRef<'_>) -> Texts {
    assert_eq!(entry.fields().len(), entry.fields().count());
    entry.fields().flat_map(|(name, value)| [name.to_vec(), value.to_vec()]).collect()
}

fn random_text(random: &mut Random) -> Vec<u8> {
    let bytes = match random.below(20) {
        0..=14 => random.below(12),
        15..=18 => random.below(400),
        _ => random.below(70_000),
    };
    vec![b'a' + random.below(26) as u8; bytes]
}

fn random_texts(random: &mut Random, names: &[Texts]) -> Texts {
    let fields = random.below(4) + 1;
    if random.below(3) == 0 {
        return (0..2 * fields).map(|_| random_text(random)).collect();
    }
    let names = &names[random.below(names.len())];
    names.iter().flat_map(|name| [name.clone(), random_text(random)]).collect()
}

/// An id greater than all there were: often the next one, or one of the next times.
fn random_step(random: &mut Random, last: StreamId) -> StreamId {
    match random.below(8) {
        0..=2 => last.next().expect("not the greatest"),
        3 | 4 => id(last.ms + 1 + random.below(3) as u64, 0),
        5 => id(last.ms + random.below(100_000) as u64, last.seq + 2 + random.below(500) as u64),
        6 => id(last.ms + 1 + random.below(1 << 40) as u64, random.next_u64() >> 1),
        _ => id(last.ms, last.seq + 1 + random.below(3) as u64),
    }
}

/// An id of an entry, or beside one, or any.
fn random_id(random: &mut Random, model: &Model) -> StreamId {
    let Some((&known, _)) = model.iter().nth(random.below(model.len().max(1))) else {
        return id(random.below(10) as u64, 0);
    };
    match random.below(8) {
        0 => known.next().unwrap_or(known),
        1 => known.previous().unwrap_or(known),
        2 => StreamId::MIN,
        3 => StreamId::MAX,
        _ => known,
    }
}

fn check(stream: &Stream, model: &Model, random: &mut Random) {
    assert_eq!((stream.len(), stream.is_empty()), (model.len() as u64, model.is_empty()));
    assert_eq!(stream.first().map(|one| one.id), model.keys().next().copied());
    assert_eq!(stream.last().map(|one| one.id), model.keys().next_back().copied());
    let (from, to) = (random_id(random, model), random_id(random, model));
    let expected: Vec<_> = if from <= to {
        model.range(from..=to).map(|(id, texts)| (*id, texts.clone())).collect()
    } else {
        Vec::new()
    };
    let found: Vec<_> = stream.ascending(from, to).map(|one| (one.id, texts(&one))).collect();
    assert_eq!(found, expected, "{from} {to}");
    let mut found: Vec<_> = stream.descending(from, to).map(|one| (one.id, texts(&one))).collect();
    found.reverse();
    assert_eq!(found, expected, "{from} {to}");
    assert_eq!(stream.get(from).as_ref().map(texts), model.get(&from).cloned());
}

fn trim(stream: &mut Stream, model: &mut Model, random: &mut Random) {
    let bound = match random.below(2) {
        0 => Bound::Length(random.below(model.len() + 2) as u64),
        _ => Bound::Id(random_id(random, model)),
    };
    let most = (random.below(3) == 0).then(|| random.below(30) as u64);
    let is_approximate = random.below(2) == 0;
    let trim = Trim { bound, is_approximate, most, references: References::Keep };
    let exact = match bound {
        Bound::Length(length) => model.len().saturating_sub(length as usize),
        Bound::Id(id) => model.range(..id).count(),
    } as u64;
    let removed = stream.trim(trim);
    assert!(removed <= exact && most.is_none_or(|most| removed <= most));
    if !trim.is_approximate && most.is_none() {
        assert_eq!(removed, exact);
    }
    for _ in 0..removed {
        model.pop_first();
    }
}

fn run(seed: u64, steps: usize) {
    let random = &mut Random::from_seed(seed);
    let names: Vec<Texts> =
        (0..3).map(|_| (0..=random.below(4)).map(|_| random_text(random)).collect()).collect();
    let limits = NodeLimits {
        bytes: [0, 1, 100, 4096][random.below(4)],
        entries: [0, 1, 5, 100][random.below(4)],
    };
    let (mut stream, mut model) = (Stream::new(), Model::new());
    let mut added = 0;
    for _ in 0..steps {
        match random.below(20) {
            0..=11 => {
                let id = random_step(random, stream.last_id);
                let texts = random_texts(random, &names);
                append(&mut stream, id, &texts, limits);
                model.insert(id, texts);
                added += 1;
            }
            12..=18 => {
                let id = random_id(random, &model);
                assert_eq!(stream.remove(id), model.remove(&id).is_some());
            }
            _ => trim(&mut stream, &mut model, random),
        }
        if stream.last_id.ms > 1 << 62 {
            break;
        }
        check(&stream, &model, random);
        assert_eq!(stream.entries_added, added);
    }
}

#[test]
fn streams_do_what_a_map_does() {
    for seed in 0..200 {
        println!("seed {seed}");
        run(seed, 400);
    }
}

/// The last node is read in parts; each entry is found from each side, whatever the parts are and whichever of them are empty.
#[test]
fn entries_of_a_long_node_are_read_from_any_place() {
    let texts = vec![b"n".to_vec(), b"v".to_vec()];
    for seed in 0..20 {
        println!("seed {seed}");
        let random = &mut Random::from_seed(seed);
        let limits = NodeLimits { bytes: 0, entries: [0, 70][random.below(2)] };
        let (mut stream, mut model) = (Stream::new(), Vec::new());
        for ms in 1..=140 {
            append(&mut stream, id(ms, 0), &texts, limits);
            model.push(id(ms, 0));
            if random.below(30) == 0 {
                // The last node may be one that had a successor.
                let kept = model.len().saturating_sub(random.below(40));
                model.drain(kept..).for_each(|id| assert!(stream.remove(id)));
            }
            let ids: Vec<_> =
                stream.descending(StreamId::MIN, StreamId::MAX).map(|one| one.id).collect();
            assert!(ids.iter().eq(model.iter().rev()), "{ids:?} {model:?}");
        }
        for from in (0..=141).map(|ms| id(ms, 0)) {
            let ids: Vec<_> = stream.ascending(from, StreamId::MAX).map(|one| one.id).collect();
            assert!(ids.iter().eq(model.iter().filter(|id| **id >= from)), "{from}");
            let to = id(random.below(142) as u64, 0);
            let ids: Vec<_> = stream.descending(from, to).map(|one| one.id).collect();
            let expected = model.iter().rev().filter(|id| (from..=to).contains(*id));
            assert!(ids.iter().eq(expected), "{from} {to}");
        }
    }
}

#[test]
fn nodes_end_at_their_limits() {
    let texts = vec![b"name".to_vec(), vec![b'x'; 100]];
    let mut stream = Stream::new();
    for ms in 1..=200 {
        append(&mut stream, id(ms, 0), &texts, NodeLimits { bytes: 0, entries: 50 });
    }
    assert_eq!(stream.nodes(), 4);
    let mut stream = Stream::new();
    for ms in 1..=100 {
        append(&mut stream, id(ms, 0), &texts, NodeLimits { bytes: 1040, entries: 0 });
    }
    // Seven bytes of a header, and 103 an entry, the first of which is one byte shorter.
    assert_eq!(stream.nodes(), 10);
}

#[test]
fn only_whole_nodes_are_trimmed_approximately() {
    let limits = NodeLimits { bytes: 0, entries: 10 };
    let texts = vec![b"n".to_vec(), b"v".to_vec()];
    let mut stream = Stream::new();
    for ms in 1..=35 {
        append(&mut stream, id(ms, 0), &texts, limits);
    }
    let approximate =
        |bound, most| Trim { bound, is_approximate: true, most, references: References::Keep };
    assert_eq!(stream.trim(approximate(Bound::Length(26), None)), 0);
    assert_eq!(stream.trim(approximate(Bound::Length(25), None)), 10);
    assert_eq!(stream.trim(approximate(Bound::Id(id(20, 0)), None)), 0);
    assert_eq!(stream.trim(approximate(Bound::Id(id(21, 0)), Some(9))), 0);
    assert_eq!(stream.trim(approximate(Bound::Id(id(21, 0)), Some(10))), 10);
    assert_eq!(stream.trim(approximate(Bound::Length(0), None)), 15);
    assert_eq!((stream.len(), stream.nodes(), stream.entries_added), (0, 0, 35));
    assert_eq!((stream.last_id, stream.max_deleted_id), (id(35, 0), StreamId::MIN));
}

#[test]
fn removing_entries_all_over_leaves_few_empty_places() {
    let limits = NodeLimits { bytes: 0, entries: 4 };
    let texts = vec![b"n".to_vec(), b"v".to_vec()];
    let mut stream = Stream::new();
    for ms in 1..=4000 {
        append(&mut stream, id(ms, 0), &texts, limits);
    }
    for ms in (2..=3999).filter(|ms| ms % 400 != 0) {
        assert!(stream.remove(id(ms, 0)));
        assert!(!stream.remove(id(ms, 0)));
    }
    assert_eq!((stream.len(), stream.nodes()), (11, 11));
    assert!(stream.memory_bytes() < 4000, "{}", stream.memory_bytes());
    assert_eq!(stream.max_deleted_id, id(3999, 0));
}

/// A stream of so many entries, with a group that was given the first `delivered` and keeps the `pending` ones.
fn with_group(entries: u64, delivered: u64, pending: &[u64]) -> Stream {
    let texts = vec![b"n".to_vec(), b"v".to_vec()];
    let mut stream = Stream::new();
    for ms in 1..=entries {
        append(&mut stream, id(ms, 0), &texts, NodeLimits { bytes: 0, entries: 3 });
    }
    let mut group = Group::new(id(delivered, 0), None);
    let (owner, _) = group.find_or_add_consumer(b"consumer", 0);
    for &ms in pending {
        group.assign(id(ms, 0), Delivery { owner: Some(owner), time_ms: 0, count: 1 });
    }
    stream.groups.get_or_insert_default().add(b"group", group);
    stream
}

fn ids(stream: &Stream) -> Vec<u64> {
    stream.ascending(StreamId::MIN, StreamId::MAX).map(|entry| entry.id.ms).collect()
}

fn pending(stream: &Stream) -> usize {
    stream.groups.as_ref().map_or(0, |groups| groups.pending_len())
}

#[test]
fn trimming_heeds_references() {
    let trim = |references, is_approximate| Trim {
        bound: Bound::Length(2),
        is_approximate,
        most: None,
        references,
    };
    for (references, removed, left, still_pending) in [
        (References::Keep, 7, vec![8, 9], 2),
        (References::Delete, 7, vec![8, 9], 0),
        (References::Acknowledged, 4, vec![3, 6, 7, 8, 9], 2),
    ] {
        let mut stream = with_group(9, 6, &[3, 6]);
        assert_eq!(stream.trim(trim(references, false)), removed, "{references:?}");
        assert_eq!((ids(&stream), pending(&stream)), (left, still_pending), "{references:?}");
    }
    let mut stream = with_group(9, 6, &[3, 6]);
    assert_eq!(stream.trim(trim(References::Delete, true)), 0, "not by nodes");
}

#[test]
fn removing_heeds_references() {
    let mut stream = with_group(4, 3, &[2]);
    for (ms, references, removal) in [
        (9, References::Keep, Removal::NotThere),
        (1, References::Acknowledged, Removal::Done),
        (1, References::Acknowledged, Removal::NotThere),
        (2, References::Acknowledged, Removal::Referred),
        (4, References::Acknowledged, Removal::Referred),
        (2, References::Delete, Removal::Done),
        (3, References::Keep, Removal::Done),
    ] {
        assert_eq!(stream.remove_referred(id(ms, 0), references), removal, "{ms} {references:?}");
    }
    assert_eq!((ids(&stream), pending(&stream)), (vec![4], 0));
}
