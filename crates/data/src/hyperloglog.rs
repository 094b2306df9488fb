//! HyperLogLogs: how many distinct elements were seen, in 12 kB at most, give or take 0.81 %.
//!
//! A HyperLogLog is a string that clients may read and write as bytes, so its form is Redis's:
//!
//! ```text
//! | "HYLL" | encoding: 1 | unused: 3 | cached count: 8, its highest bit set when it is out of date | registers |
//! ```
//!
//! There are 16384 registers. An element's hash picks one of them and offers it a value, and the register keeps the highest.
//! The registers are either [`dense`] or [`sparse`]. Bytes come from clients: anything may be wrong with the registers, which is
//! [`Corrupt`].

mod dense;
mod estimate;
mod hash;
mod self_test;
mod sparse;

pub use dense::add as add_dense;
pub use estimate::Histogram;
pub use self_test::self_test;
pub use sparse::{Run, runs};

/// How many registers there are.
pub const REGISTERS: usize = 1 << REGISTER_BITS;
/// Bits of a hash that pick a register; the others make its value.
const REGISTER_BITS: u32 = 14;
/// The highest value of a register.
const VALUE_MAX: usize = 64 - REGISTER_BITS as usize + 1;
/// Bytes before the registers.
const HEADER_BYTES: usize = 16;
const MAGIC: &[u8] = b"HYLL";
const ENCODING_AT: usize = 4;
const COUNT_AT: usize = 8;
/// In the last byte of the count: it is out of date.
const STALE: u8 = 0x80;

/// How registers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Six bits for each.
    Dense,
    /// Runs of registers that have one value.
    Sparse,
}

/// The registers make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupt;

/// An empty HyperLogLog.
pub fn empty() -> Vec<u8> {
    let mut bytes = [MAGIC, &[1; 1], &[0; HEADER_BYTES - 5]].concat();
    bytes.extend_from_slice(&sparse::EMPTY);
    bytes
}

/// How the registers of a HyperLogLog are stored; `None` if the string is none.
pub fn encoding(bytes: &[u8]) -> Option<Encoding> {
    if bytes.len() < HEADER_BYTES || !bytes.starts_with(MAGIC) {
        return None;
    }
    match bytes[ENCODING_AT] {
        0 => (bytes.len() == HEADER_BYTES + dense::BYTES).then_some(Encoding::Dense),
        1 => Some(Encoding::Sparse),
        _ => None,
    }
}

/// The count that was stored, if it is not out of date.
pub fn cached_count(bytes: &[u8]) -> Option<u64> {
    let count = bytes.get(COUNT_AT..HEADER_BYTES)?;
    let count = u64::from_le_bytes(count.try_into().ok()?);
    (count >> 63 == 0).then_some(count)
}

/// Stores a count in a HyperLogLog.
pub fn cache_count(bytes: &mut [u8], count: u64) {
    bytes[COUNT_AT..HEADER_BYTES].copy_from_slice(&count.to_le_bytes());
}

/// Marks the stored count as out of date.
pub fn forget_count(bytes: &mut [u8]) {
    bytes[HEADER_BYTES - 1] |= STALE;
}

/// Counts the distinct elements of a HyperLogLog.
pub fn count(bytes: &[u8]) -> Result<u64, Corrupt> {
    let mut histogram = Histogram::default();
    if encoding(bytes) == Some(Encoding::Dense) {
        histogram.add_all(&dense::values(bytes));
        return Ok(histogram.estimate());
    }
    each_run(bytes, |_, length, value| histogram.add(value, length as u32))?;
    Ok(histogram.estimate())
}

/// Adds an element; whether a register changed. Becomes dense when it would take more than `sparse_bytes_max` bytes, header included.
pub fn add(bytes: &mut Vec<u8>, element: &[u8], sparse_bytes_max: usize) -> Result<bool, Corrupt> {
    let (register, value) = place(element);
    raise(bytes, register, value, sparse_bytes_max)
}

/// Raises a register to a value, unless it has a higher one; as [`add`].
fn raise(
    bytes: &mut Vec<u8>,
    register: usize,
    value: u8,
    sparse_bytes_max: usize,
) -> Result<bool, Corrupt> {
    if encoding(bytes) != Some(Encoding::Dense) {
        match sparse::raise(bytes, register, value, sparse_bytes_max)? {
            sparse::Raised::Changed => return Ok(true),
            sparse::Raised::Unchanged => return Ok(false),
            sparse::Raised::NoRoom => *bytes = to_dense(bytes)?,
        }
    }
    Ok(dense::raise(bytes, register, value))
}

/// The same HyperLogLog with dense registers.
pub fn to_dense(bytes: &[u8]) -> Result<Vec<u8>, Corrupt> {
    if encoding(bytes) == Some(Encoding::Dense) {
        return Ok(bytes.to_vec());
    }
    let mut dense = vec![0; HEADER_BYTES + dense::BYTES];
    dense[..HEADER_BYTES].copy_from_slice(&bytes[..HEADER_BYTES]);
    dense[ENCODING_AT] = 0;
    each_run(bytes, |start, length, value| {
        if value != 0 {
            (start..start + length).for_each(|register| {
                dense::raise(&mut dense, register, value);
            });
        }
    })?;
    Ok(dense)
}

/// The registers of several HyperLogLogs taken together.
#[derive(Clone, Debug)]
pub struct Union(Box<[u8; REGISTERS]>);

impl Default for Union {
    fn default() -> Self {
        Self(Box::new([0; REGISTERS]))
    }
}

impl Union {
    /// Takes a HyperLogLog into it.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), Corrupt> {
        if encoding(bytes) == Some(Encoding::Dense) {
            dense::raise_values(&mut self.0, bytes);
            return Ok(());
        }
        each_run(bytes, |start, length, value| {
            // Zeros raise nothing, and nearly all registers have them.
            if value != 0 {
                for register in &mut self.0[start..start + length] {
                    *register = value.max(*register);
                }
            }
        })
    }

    /// The values of the registers.
    pub fn values(&self) -> &[u8] {
        &self.0[..]
    }

    /// Counts the distinct elements.
    pub fn count(&self) -> u64 {
        let mut histogram = Histogram::default();
        histogram.add_all(&self.0);
        histogram.estimate()
    }

    /// Raises the registers of a HyperLogLog to those of the union; becomes dense as [`add`] does.
    pub fn raise_all(&self, bytes: &mut Vec<u8>, sparse_bytes_max: usize) -> Result<(), Corrupt> {
        if encoding(bytes) == Some(Encoding::Dense) {
            dense::raise_all(bytes, &self.0);
            return Ok(());
        }
        for (register, &value) in self.0.iter().enumerate() {
            if value != 0 {
                raise(bytes, register, value, sparse_bytes_max)?;
            }
        }
        Ok(())
    }
}

/// Calls `each` with the start, length and value of each run of registers. An error if they are not as many as they must be.
fn each_run(bytes: &[u8], mut each: impl FnMut(usize, usize, u8)) -> Result<(), Corrupt> {
    if encoding(bytes) == Some(Encoding::Dense) {
        dense::each(bytes, |register, value| each(register, 1, value));
        return Ok(());
    }
    let mut start = 0;
    for run in runs(bytes) {
        if start + run.length > REGISTERS {
            return Err(Corrupt);
        }
        each(start, run.length, run.value);
        start += run.length;
    }
    if start == REGISTERS { Ok(()) } else { Err(Corrupt) }
}

/// The register that an element belongs to, and the value that it offers.
fn place(element: &[u8]) -> (usize, u8) {
    let hash = hash::hash(element);
    let register = hash as usize & (REGISTERS - 1);
    // The bit set behind the last keeps the value below its limit.
    let rest = hash >> REGISTER_BITS | 1 << (64 - REGISTER_BITS);
    (register, rest.trailing_zeros() as u8 + 1)
}

#[cfg(test)]
mod tests;
