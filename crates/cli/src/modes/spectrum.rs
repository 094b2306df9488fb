//! Round-trip times as a row of signs, each for a range of times, coloured by how often it came.

use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::terminal::print;

/// Pause between two samples.
const PAUSE: Duration = Duration::from_millis(1);

/// Colours of a terminal with 256, from never to always.
const PALETTE: [u8; 19] =
    [0, 233, 234, 235, 237, 239, 241, 243, 245, 247, 144, 143, 142, 184, 226, 214, 208, 202, 196];

/// Each sign and the longest time that it stands for, in microseconds.
const SIGNS: [(char, u64); 31] = [
    ('.', 10),
    ('-', 125),
    ('*', 250),
    ('#', 500),
    ('1', 1_000),
    ('2', 2_000),
    ('3', 3_000),
    ('4', 4_000),
    ('5', 5_000),
    ('6', 6_000),
    ('7', 7_000),
    ('8', 8_000),
    ('9', 9_000),
    ('A', 10_000),
    ('B', 20_000),
    ('C', 30_000),
    ('D', 40_000),
    ('E', 50_000),
    ('F', 100_000),
    ('G', 200_000),
    ('H', 300_000),
    ('I', 400_000),
    ('J', 500_000),
    ('K', 1_000_000),
    ('L', 2_000_000),
    ('M', 4_000_000),
    ('N', 8_000_000),
    ('O', 16_000_000),
    ('P', 30_000_000),
    ('Q', 60_000_000),
    ('?', u64::MAX),
];

/// Prints a row for each interval, under a legend.
pub(super) fn watch(
    interval: Duration,
    mut sample: impl FnMut() -> Result<Duration, Failure>,
) -> Result<(), Failure> {
    print(legend().as_bytes())?;
    loop {
        let mut counts = [0; SIGNS.len()];
        let start = Instant::now();
        while start.elapsed() <= interval {
            counts[sign_of(sample()?)] += 1;
            thread::sleep(PAUSE);
        }
        print(row(&counts).as_bytes())?;
    }
}

fn sign_of(latency: Duration) -> usize {
    let latency_us = latency.as_micros() as u64;
    SIGNS.iter().position(|(_, longest_us)| latency_us <= *longest_us).unwrap_or(SIGNS.len() - 1)
}

fn row(counts: &[u64; SIGNS.len()]) -> String {
    let total = counts.iter().sum::<u64>().max(1);
    let mut row = "\x1b[38;5;0m".to_owned();
    for (count, (sign, _)) in counts.iter().zip(SIGNS) {
        row += &format!("\x1b[48;5;{}m{sign}", colour(*count, total));
    }
    row + "\x1b[0m\n"
}

/// The colour of a share: the first for nothing, the last for all.
fn colour(count: u64, total: u64) -> u8 {
    let steps = (count * PALETTE.len() as u64).div_ceil(total);
    PALETTE[(steps.max(1) - 1) as usize % PALETTE.len()]
}

fn legend() -> String {
    let mut scale = String::new();
    for colour in PALETTE {
        scale += &format!("\x1b[48;5;{colour}m ");
    }
    format!(
        "---------------------------------------------
. - * #          .01 .125 .25 .5 milliseconds
1,2,3,...,9      from 1 to 9     milliseconds
A,B,C,D,E        10,20,30,40,50  milliseconds
F,G,H,I,J        .1,.2,.3,.4,.5       seconds
K,L,M,N,O,P,Q,?  1,2,4,8,16,30,60,>60 seconds
From 0 to 100%: {scale}\x1b[0m
---------------------------------------------
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_find_their_sign() {
        for (latency_us, sign) in [(0, '.'), (10, '.'), (11, '-'), (9_001, 'A'), (60_000_001, '?')]
        {
            assert_eq!(SIGNS[sign_of(Duration::from_micros(latency_us))].0, sign);
        }
    }

    #[test]
    fn shares_find_their_colour() {
        assert_eq!([0, 1, 50, 100].map(|count| colour(count, 100)), [0, 0, 247, 196]);
        let mut counts = [0; SIGNS.len()];
        counts[1] = 3;
        assert!(row(&counts).starts_with("\x1b[38;5;0m\x1b[48;5;0m.\x1b[48;5;196m-\x1b[48;5;0m*"));
    }
}
