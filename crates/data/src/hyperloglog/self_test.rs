//! What `PFSELFTEST` runs.

use fanfare_stdx::random::Random;

use super::{REGISTERS, Union, add, count, dense, empty, raise, runs, to_dense};

/// Rounds of random registers.
const ROUNDS: usize = 20;
/// Distinct elements of the estimates that are checked.
const ELEMENTS: [u64; 4] = [100, 1_000, 10_000, 100_000];
/// Estimates may be off by so many standard errors.
const ERRORS_MAX: f64 = 5.0;
/// A limit that keeps any HyperLogLog sparse.
const SPARSE_BYTES_MAX: usize = usize::MAX >> 1;

/// Checks that both forms hold what was stored, and that estimates are as good as they must be. Says what is wrong.
pub fn self_test(random: &mut Random) -> Result<(), &'static str> {
    for _ in 0..ROUNDS {
        let mut values = vec![0; REGISTERS];
        let mut sparse = empty();
        for _ in 0..REGISTERS / 16 {
            let (register, value) = (random.below(REGISTERS), 1 + random.below(32) as u8);
            values[register] = value.max(values[register]);
            raise(&mut sparse, register, value, SPARSE_BYTES_MAX)
                .map_err(|_| "sparse registers")?;
        }
        let from_runs = runs(&sparse).flat_map(|run| std::iter::repeat_n(run.value, run.length));
        if !from_runs.eq(values.iter().copied()) {
            return Err("sparse registers");
        }
        let dense = to_dense(&sparse).map_err(|_| "dense registers")?;
        let mut are_equal = true;
        dense::each(&dense, |register, value| are_equal &= values[register] == value);
        let mut union = Union::default();
        if !are_equal || union.add(&dense).is_err() || union.values() != values {
            return Err("dense registers");
        }
    }
    let mut sketch = empty();
    let (seed, mut added) = (random.next_u64(), 0);
    for elements in ELEMENTS {
        while added < elements {
            let element = (seed ^ added).to_le_bytes();
            add(&mut sketch, &element, REGISTERS / 5).map_err(|_| "adding an element")?;
            added += 1;
        }
        let estimate = count(&sketch).map_err(|_| "counting")?;
        let error = 1.04 / (REGISTERS as f64).sqrt() * elements as f64;
        if estimate.abs_diff(elements) as f64 > ERRORS_MAX * error {
            return Err("an estimate");
        }
    }
    Ok(())
}
