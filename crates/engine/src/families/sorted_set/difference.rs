//! What is in one sorted set and in no other.

use std::collections::HashSet;

use super::source::Source;

type Members = HashSet<Box<[u8]>, foldhash::fast::RandomState>;

/// The members of the first that are in none of the others, and their scores, in the order that the first has them in.
///
/// Members of those that are shorter than the first are put together, so that however many there are, one look-up tells; the
/// longer ones are each looked into. Nothing is kept of a member that goes.
pub(super) fn difference(sources: &[Source<'_>]) -> Vec<(Box<[u8]>, f64)> {
    let Some((first, others)) = sources.split_first() else { return Vec::new() };
    let (short, long): (Vec<Source<'_>>, Vec<_>) =
        others.iter().partition(|other| other.len() < first.len());
    let mut in_short = Members::default();
    for source in short {
        source.for_each(|member, _| {
            in_short.insert(member.into());
        });
    }
    let mut elements = Vec::new();
    first.for_each(|member, score| {
        if !in_short.contains(member) && long.iter().all(|other| other.score(member).is_none()) {
            elements.push((member.into(), score));
        }
    });
    elements
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fanfare_data::encoding::listpack::Element;
    use fanfare_data::object::KeyEntry;
    use fanfare_data::set::{NewSet, SetLimits};
    use fanfare_data::sorted_set::{Built, Limits};
    use fanfare_stdx::random::Random;

    use super::*;

    const LIMITS: Limits = Limits { members: 20, member_bytes: 64 };
    const SET_LIMITS: SetLimits = SetLimits { integers: 20, packed: 20, packed_bytes: 64 };

    type Model = BTreeMap<Vec<u8>, f64>;

    /// Members of which others have some too.
    fn random_members(random: &mut Random) -> Model {
        let (count, kinds) = (random.below(60), 1 + random.below(100));
        let members = (0..count).map(|_| {
            let (number, score) = (random.below(kinds), random.below(5) as f64);
            let name = if number % 2 == 0 { "" } else { "member:" };
            (format!("{name}{number}").into_bytes(), score)
        });
        members.collect()
    }

    /// A sorted set of these, or, with one time in three, a set, in which all scores are 1.
    fn entry(model: &mut Model, random: &mut Random) -> KeyEntry {
        if random.below(3) > 0 {
            let elements = model.iter().map(|(member, score)| (Element::of(member), *score));
            return KeyEntry::new(b"key", Built::growing(elements, LIMITS).value(&mut Vec::new()));
        }
        let mut set = NewSet::new();
        for (member, score) in model.iter_mut() {
            *score = 1.0;
            set.add(Element::of(member), &SET_LIMITS, None);
        }
        KeyEntry::new(b"key", set.take_value())
    }

    #[test]
    fn it_is_that_of_maps() {
        let mut random = Random::from_seed(12);
        for round in 0..1000 {
            let mut models: Vec<_> =
                (0..=random.below(4)).map(|_| random_members(&mut random)).collect();
            let entries: Vec<_> =
                models.iter_mut().map(|model| entry(model, &mut random)).collect();
            let sources: Vec<_> = entries
                .iter()
                .map(|entry| Source::of(Some(entry)).expect("a set or a sorted set"))
                .collect();
            let expected: Model = models[0]
                .iter()
                .filter(|(member, _)| !models[1..].iter().any(|other| other.contains_key(*member)))
                .map(|(member, score)| (member.clone(), *score))
                .collect();
            let elements = difference(&sources);
            let length = elements.len();
            let found: Model =
                elements.into_iter().map(|(member, score)| (member.into_vec(), score)).collect();
            assert_eq!((found, length), (expected.clone(), expected.len()), "round {round}");
        }
    }
}
