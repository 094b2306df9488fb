use std::collections::BTreeMap;

use fanfare_stdx::random::Random;

use super::*;
use crate::stream::pending::Delivery;

/// What is pending in a group, by id: whose it is, when it was delivered, how often.
type Model = BTreeMap<StreamId, (&'static str, i64, i64)>;

const NAMES: [&str; 5] = ["ann", "bob", "cy", "dora", "eve"];

fn id(number: usize) -> StreamId {
    StreamId::new(number as u64 / 3, number as u64 % 3)
}

fn check(group: &Group, model: &Model) {
    let all = || StreamId::MIN..=StreamId::MAX;
    let name_of = |delivery: &Delivery| {
        let owner = delivery.owner.and_then(|owner| group.consumer(owner));
        String::from_utf8(owner.expect("somebody has it").name().to_vec()).expect("it is text")
    };
    let found: Vec<_> = group
        .pending()
        .range(all())
        .map(|(id, one)| (id, (name_of(one), one.time_ms, one.count)))
        .collect();
    let expected: Vec<_> = model
        .iter()
        .map(|(id, (name, time_ms, count))| (*id, ((*name).to_owned(), *time_ms, *count)))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(group.pending().len(), model.len());
    for (number, consumer) in group.consumers() {
        let own: Vec<_> = group.pending_of(number, all()).map(|(id, _)| id).collect();
        let expected: Vec<_> = model
            .iter()
            .filter(|(_, (name, ..))| name.as_bytes() == consumer.name())
            .map(|(id, _)| *id)
            .collect();
        assert_eq!((own, consumer.pending()), (expected.clone(), expected.len()));
    }
}

#[test]
fn a_group_keeps_what_a_simple_model_keeps() {
    for seed in 0..20 {
        println!("seed {seed}");
        let mut random = Random::from_seed(seed);
        let (mut group, mut model) = (Group::default(), Model::new());
        for step in 0..2_000 {
            let name = NAMES[random.below(NAMES.len())];
            match random.below(12) {
                0..8 => {
                    let (owner, _) = group.find_or_add_consumer(name.as_bytes(), step);
                    let (id, count) = (id(random.below(600)), random.below(9) as i64);
                    let owner = Some(owner);
                    group.assign(id, Delivery { owner, time_ms: step, count });
                    model.insert(id, (name, step, count));
                }
                8..10 => {
                    let id = id(random.below(600));
                    assert_eq!(group.acknowledge(id), model.remove(&id).is_some());
                }
                10 => {
                    let Some(owner) = group.find_consumer(name.as_bytes()) else { continue };
                    let (start, count) = (id(random.below(600)), 1 + random.below(20));
                    let mut told = Vec::new();
                    let is_there = |id: StreamId| id.seq != 2;
                    group.redeliver(owner, start, count, step, |id| {
                        told.push(id);
                        is_there(id)
                    });
                    let own = model.range_mut(start..).filter(|(_, one)| one.0 == name);
                    let expected: Vec<_> = own
                        .take(count)
                        .map(|(id, one)| {
                            if is_there(*id) {
                                *one = (name, step, one.2 + 1);
                            }
                            *id
                        })
                        .collect();
                    assert_eq!(told, expected);
                }
                _ if random.below(20) == 0 => {
                    let known = group.find_consumer(name.as_bytes()).is_some();
                    let own = model.len();
                    model.retain(|_, one| one.0 != name);
                    let removed = known.then_some(own - model.len());
                    assert_eq!(group.remove_consumer(name.as_bytes()), removed);
                }
                _ => {}
            }
            if step % 50 == 0 {
                check(&group, &model);
            }
        }
        check(&group, &model);
    }
}

#[test]
fn groups_refer_to_what_is_not_delivered_or_pending() {
    let mut groups = Groups::default();
    assert!(!groups.refer_to(id(5)));
    assert!(groups.add(b"g", Group::new(id(4), None)));
    assert!(!groups.add(b"g", Group::default()));
    assert!(groups.refer_to(id(5)), "it was not delivered");
    assert!(!groups.refer_to(id(4)));
    let group = groups.get_mut(b"g").expect("it is there");
    let owner = Some(group.find_or_add_consumer(b"c", 0).0);
    group.assign(id(3), Delivery { owner, time_ms: 1, count: 1 });
    assert!(groups.refer_to(id(3)), "it is pending");
    assert_eq!(groups.pending_len(), 1);
    groups.forget(id(3));
    assert!(!groups.refer_to(id(3)));
    assert_eq!(groups.pending_len(), 0);
    assert!(groups.remove(b"g").is_some());
    assert!(groups.is_empty());
}
