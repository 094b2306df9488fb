//! Cluster hash slots.

use fanfare_stdx::crc::crc16;

/// How many hash slots a keyspace has.
pub const SLOTS: u16 = 16384;

/// The hash slot of a key: CRC16 of its `{tag}`, or of the whole key when it has none.
///
/// Only the first `{` counts, and an empty tag (`{}`) counts as none.
pub fn key_slot(key: &[u8]) -> u16 {
    crc16(hash_tag(key)) % SLOTS
}

fn hash_tag(key: &[u8]) -> &[u8] {
    if !has_brace(key) {
        return key;
    }
    let Some(open) = key.iter().position(|&byte| byte == b'{') else { return key };
    let rest = &key[open + 1..];
    match rest.iter().position(|&byte| byte == b'}') {
        Some(length) if length > 0 => &rest[..length],
        _ => key,
    }
}

/// Whether a key holds a `{`. Asked of every key, nearly always in vain: so eight bytes at a time.
fn has_brace(key: &[u8]) -> bool {
    let (words, _) = key.as_chunks();
    match key.last_chunk() {
        Some(last) => words.iter().any(|word| word_has_brace(*word)) || word_has_brace(*last),
        None => key.contains(&b'{'),
    }
}

fn word_has_brace(word: [u8; 8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // A bit is left if, and only if, some byte is zero: the lowest such byte borrows, and its highest bit was not set.
    let zero_at_brace = u64::from_le_bytes(word) ^ (ONES * b'{' as u64);
    zero_at_brace.wrapping_sub(ONES) & !zero_at_brace & (ONES << 7) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brace_is_found_wherever_it_stands() {
        for length in 0..40 {
            let mut key = vec![b'z'; length];
            assert!(!has_brace(&key));
            for position in 0..length {
                // Bytes that differ from it in one bit stand around it.
                key.iter_mut().for_each(|byte| *byte = b'{' ^ 1 << (position % 8));
                assert!(!has_brace(&key));
                key[position] = b'{';
                assert!(has_brace(&key), "{position} of {length}");
            }
        }
    }

    #[test]
    fn slot_uses_the_first_non_empty_tag_only() {
        assert_eq!(key_slot(b"123456789"), 0x31C3);
        assert_eq!(key_slot(b"{user1000}.following"), key_slot(b"user1000"));
        assert_eq!(key_slot(b"foo{}{bar}"), crc16(b"foo{}{bar}") % SLOTS);
        assert_eq!(key_slot(b"foo{{bar}}zap"), key_slot(b"{bar"));
        assert_eq!(key_slot(b"foo{bar}{zap}"), key_slot(b"bar"));
    }
}
