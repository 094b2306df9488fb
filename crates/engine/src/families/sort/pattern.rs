//! Values that `BY` and `GET` name by a pattern.

use fanfare_data::hash::HashRef;
use fanfare_data::text::text;

use crate::keyspace::ReadKeys;

/// The string that a pattern names for an element: `#` is the element, the first `*` of anything else stands for it, and
/// what follows `->` is a field of a hash.
pub(super) fn look_up(keys: &mut ReadKeys<'_>, pattern: &[u8], element: &[u8]) -> Option<Vec<u8>> {
    if pattern == b"#" {
        return Some(element.to_vec());
    }
    let star = pattern.iter().position(|&byte| byte == b'*')?;
    let (before, behind) = (&pattern[..star], &pattern[star + 1..]);
    let arrow = behind.windows(2).position(|pair| pair == b"->");
    // An arrow with nothing behind it is a part of the key.
    let arrow = arrow.filter(|at| at + 2 < behind.len());
    let (behind, field) = match arrow {
        Some(at) => (&behind[..at], Some(&behind[at + 2..])),
        None => (behind, None),
    };
    let now_ms = keys.now_ms();
    let entry = keys.read(&[before, element, behind].concat())?;
    match field {
        Some(field) => {
            let field =
                HashRef::of(entry)?.get(field).filter(|field| !field.has_expired(now_ms))?;
            Some(field.value.text(&mut itoa::Buffer::new()).to_vec())
        }
        None => text(entry.value(), &mut itoa::Buffer::new()).map(<[u8]>::to_vec),
    }
}
