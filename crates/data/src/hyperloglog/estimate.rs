//! The estimate of how many distinct elements made the registers what they are: the improved raw estimator of Otmar Ertl,
//! "New cardinality estimation algorithms for HyperLogLog sketches" (2017), which needs no tables of corrections.

use super::{REGISTERS, VALUE_MAX};

/// 1 / (2 ln 2).
const ALPHA: f64 = 0.721_347_520_444_481_7;

/// How many registers have each value. (The dense form has room for values that no hash makes; clients can write them.)
#[derive(Clone, Debug)]
pub struct Histogram([u32; 64]);

impl Default for Histogram {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl Histogram {
    /// Counts registers of a value below 64.
    pub fn add(&mut self, value: u8, registers: u32) {
        self.0[usize::from(value)] += registers;
    }

    /// Counts all registers, which have values below 64, four at a time: each of them in a table of its own, for neighbours
    /// often have the same value, and a count would have to wait for the one before.
    pub fn add_all(&mut self, values: &[u8; REGISTERS]) {
        let mut tables = [[0; 64]; 4];
        for group in values.as_chunks::<4>().0 {
            for (table, value) in tables.iter_mut().zip(*group) {
                table[usize::from(value % 64)] += 1;
            }
        }
        for (value, count) in self.0.iter_mut().enumerate() {
            *count += tables.iter().map(|table| table[value]).sum::<u32>();
        }
    }

    /// The estimate.
    pub fn estimate(&self) -> u64 {
        let registers = REGISTERS as f64;
        let highest = f64::from(self.0[VALUE_MAX]);
        let mut sum = registers * tau((registers - highest) / registers);
        for &count in self.0[1..VALUE_MAX].iter().rev() {
            sum = (sum + f64::from(count)) * 0.5;
        }
        sum += registers * sigma(f64::from(self.0[0]) / registers);
        (ALPHA * registers * registers / sum).round() as u64
    }
}

/// The contribution of registers that are zero, as a share of all.
fn sigma(mut share: f64) -> f64 {
    if share >= 1.0 {
        return f64::INFINITY;
    }
    let (mut factor, mut sum) = (1.0, share);
    loop {
        share *= share;
        let before = sum;
        sum += share * factor;
        factor += factor;
        if sum <= before {
            return sum;
        }
    }
}

/// The contribution of registers that are full; `share` is that of all others.
fn tau(mut share: f64) -> f64 {
    if share <= 0.0 || share >= 1.0 {
        return 0.0;
    }
    let (mut factor, mut sum) = (1.0, 1.0 - share);
    loop {
        share = share.sqrt();
        let before = sum;
        factor *= 0.5;
        sum -= (1.0 - share) * (1.0 - share) * factor;
        if sum >= before {
            return sum / 3.0;
        }
    }
}
