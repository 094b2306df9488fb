//! The longest common subsequence of two byte strings.

use std::ops::Range;

/// A run of bytes that both strings have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Where it is in the first string.
    pub first: Range<usize>,
    /// Where it is in the second.
    pub second: Range<usize>,
}

/// The length of the longest common subsequence. Costs the product of the lengths in time.
pub fn longest_length(first: &[u8], second: &[u8]) -> usize {
    each_row(first, second, |_, _| {})
}

/// The runs that make up a longest common subsequence, from the last to the first. Costs the product of the lengths in time,
/// and a bit for each pair of bytes.
pub fn longest(first: &[u8], second: &[u8]) -> Vec<Match> {
    let row_words = second.len().div_ceil(64);
    let mut is_up = vec![0_u64; first.len() * row_words];
    each_row(first, second, |row, column| {
        is_up[row * row_words + column / 64] |= 1 << (column % 64);
    });
    let mut matches: Vec<Match> = Vec::new();
    let (mut row, mut column) = (first.len(), second.len());
    while row > 0 && column > 0 {
        if first[row - 1] == second[column - 1] {
            match matches.last_mut() {
                Some(run) if run.first.start == row && run.second.start == column => {
                    (run.first.start, run.second.start) = (row - 1, column - 1);
                }
                _ => matches.push(Match { first: row - 1..row, second: column - 1..column }),
            }
            row -= 1;
            column -= 1;
        } else if is_up[(row - 1) * row_words + (column - 1) / 64] >> ((column - 1) % 64) & 1 == 1 {
            row -= 1;
        } else {
            column -= 1;
        }
    }
    matches
}

/// Computes the lengths for all pairs of prefixes, row by row, and returns the last. Calls `up` with the row and column of each
/// pair that is longer without the first string's last byte than without the second's.
fn each_row(first: &[u8], second: &[u8], mut up: impl FnMut(usize, usize)) -> usize {
    let mut lengths = vec![0_u32; second.len()];
    for (row, byte) in first.iter().enumerate() {
        let (mut left, mut diagonal) = (0, 0);
        for (column, (above, other)) in lengths.iter_mut().zip(second).enumerate() {
            let length = if byte == other {
                diagonal + 1
            } else if *above > left {
                up(row, column);
                *above
            } else {
                left
            };
            diagonal = *above;
            *above = length;
            left = length;
        }
    }
    lengths.last().copied().unwrap_or(0) as usize
}

#[cfg(test)]
mod tests {
    use fanfare_stdx::random::Random;

    use super::*;

    fn longest_by_recursion(first: &[u8], second: &[u8]) -> usize {
        match (first, second) {
            ([], _) | (_, []) => 0,
            ([a, rest @ ..], [b, other @ ..]) if a == b => 1 + longest_by_recursion(rest, other),
            ([_, rest @ ..], [_, other @ ..]) => {
                longest_by_recursion(rest, second).max(longest_by_recursion(first, other))
            }
        }
    }

    #[test]
    fn runs_are_common_in_order_and_as_long_as_can_be() {
        let mut random = Random::from_seed(11);
        for _ in 0..2000 {
            let mut letters = || {
                let length = random.below(9);
                (0..length).map(|_| *random.choose(b"abc")).collect::<Vec<_>>()
            };
            let (first, second) = (letters(), letters());
            let matches = longest(&first, &second);
            let total: usize = matches.iter().map(|run| run.first.len()).sum();
            assert_eq!(total, longest_by_recursion(&first, &second), "{first:?} {second:?}");
            assert_eq!(total, longest_length(&first, &second));
            for run in &matches {
                assert_eq!(first[run.first.clone()], second[run.second.clone()]);
            }
            for pair in matches.windows(2) {
                assert!(pair[1].first.end <= pair[0].first.start);
                assert!(pair[1].second.end <= pair[0].second.start);
            }
        }
    }
}
