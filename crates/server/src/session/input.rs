//! Input that has come and is not run yet.

use fanfare_protocol::RequestParser;

/// Waiting input from this size on is added to in place, rather than copied to the reactor's buffer first.
pub const INPUT_BYTES_DIRECT_MIN: usize = 16 * 1024;

/// The start of a request whose rest has not come, or requests that must wait.
#[derive(Debug, Default)]
pub struct PendingInput {
    /// Begins at a request's first byte.
    pub bytes: Vec<u8>,
    /// What was understood of that request so far.
    pub parser: RequestParser,
}

impl PendingInput {
    /// Memory that it takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>() + self.bytes.capacity() + self.parser.memory_bytes()
    }

    /// How many bytes to read into `bytes`, if they should go there and not through the reactor's buffer.
    ///
    /// A long argument is read to its end and no further, into memory that was reserved once.
    pub fn direct_read_bytes(&self) -> Option<usize> {
        let end = self.parser.bulk_end().filter(|&end| end > self.bytes.len());
        let wanted = end.map_or(INPUT_BYTES_DIRECT_MIN, |end| end - self.bytes.len());
        let is_long = wanted.max(self.bytes.len()) >= INPUT_BYTES_DIRECT_MIN;
        (is_long && (end.is_some() || self.bytes.len() >= INPUT_BYTES_DIRECT_MIN)).then_some(wanted)
    }
}
