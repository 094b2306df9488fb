//! How many nodes Redis's index of a stream would have.
//!
//! `XINFO STREAM` shows them. Redis keeps the first ids of a stream's nodes in a radix tree, as sixteen bytes each, the high
//! ones first: a node of the tree branches, or holds a run of bytes that all ids below it share, or is the end of an id.

use fanfare_data::stream::{Stream, StreamId};

/// The nodes of larger trees are estimated by those of so many ids.
const EXACT_IDS_MAX: usize = 1000;

/// How many nodes the tree of a stream would have; about, if it has very many.
pub(super) fn radix_nodes(stream: &Stream) -> usize {
    let keys: Vec<[u8; 16]> = stream.node_ids().take(EXACT_IDS_MAX).map(key).collect();
    let nodes = match keys.len() {
        0 => 1,
        _ => count(&keys, 0),
    };
    if keys.len() < EXACT_IDS_MAX { nodes } else { nodes * stream.nodes() / keys.len() }
}

fn key(id: StreamId) -> [u8; 16] {
    (u128::from(id.ms) << 64 | u128::from(id.seq)).to_be_bytes()
}

/// The nodes below a place that all keys, which ascend, have in common up to `depth`.
fn count(keys: &[[u8; 16]], depth: usize) -> usize {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return 0 };
    let shared = (depth..16).take_while(|&at| first[at] == last[at]).count();
    let run = usize::from(shared > 0);
    let depth = depth + shared;
    if depth == 16 {
        return run + 1;
    }
    let children = keys.chunk_by(|one, other| one[depth] == other[depth]);
    run + 1 + children.map(|child| count(child, depth + 1)).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_counted_as_in_redis() {
        for (ids, expected) in [
            (&[(1, 1)][..], 2),
            (&[(1, 1), (5, 1)], 6),
            (&[(1, 1), (101, 1), (102, 1), (103, 1), (104, 1)], 12),
            (&[(1, 1), (1, 2)], 4),
        ] {
            let keys: Vec<_> = ids.iter().map(|&(ms, seq)| key(StreamId::new(ms, seq))).collect();
            assert_eq!(count(&keys, 0), expected, "{ids:?}");
        }
    }
}
