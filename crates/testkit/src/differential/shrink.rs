//! Makes a failing sequence shorter while it still fails.

use super::sequence::{Action, Sequence};

/// Plays spent on one failure at most.
const PLAYS_MAX: usize = 300;

/// The shortest sequence found for which `fails` still holds.
pub fn shrink(sequence: &Sequence, mut fails: impl FnMut(&Sequence) -> bool) -> Sequence {
    let mut best = sequence.clone();
    let mut plays = 0;
    let mut try_out = |candidate: &Sequence| {
        plays += 1;
        plays <= PLAYS_MAX && fails(candidate)
    };
    let mut chunk = best.steps.len() / 2;
    while chunk > 0 {
        let mut at = 0;
        while at < best.steps.len() {
            let mut candidate = best.clone();
            candidate.steps.drain(at..(at + chunk).min(best.steps.len()));
            if !candidate.steps.is_empty() && try_out(&candidate) {
                best = candidate;
            } else {
                at += chunk;
            }
        }
        chunk /= 2;
    }
    for step in 0..best.steps.len() {
        for candidate in simpler(&best, step) {
            if try_out(&candidate) {
                best = candidate;
            }
        }
    }
    best
}

/// Sequences with one step made simpler: sent in one piece, or with a word less.
fn simpler(sequence: &Sequence, step: usize) -> Vec<Sequence> {
    let mut candidates = Vec::new();
    if let Action::Request { words, piece_bytes } = &sequence.steps[step].action {
        if *piece_bytes > 0 {
            let action = Action::Request { words: words.clone(), piece_bytes: 0 };
            candidates.push(with_action(sequence, step, action));
        }
        if words.len() > 1 {
            let words = words[..words.len() - 1].to_vec();
            let action = Action::Request { words, piece_bytes: *piece_bytes };
            candidates.push(with_action(sequence, step, action));
        }
    }
    candidates
}

fn with_action(sequence: &Sequence, step: usize, action: Action) -> Sequence {
    let mut changed = sequence.clone();
    changed.steps[step].action = action;
    changed
}
