//! The bytes of strings, and editing them in place.

use crate::encoding::entry::{NewValue, ValueRef};
use crate::object::{EDITED_TEXT, INLINE_TEXT_BYTES_MAX, KeyEntry, Object, TEXT, new_edited_text};

/// The bytes of a string, `None` for a value of another type. An integer's digits are put into `digits`.
pub fn text<'a>(value: ValueRef<'a, Object>, digits: &'a mut itoa::Buffer) -> Option<&'a [u8]> {
    match value {
        ValueRef::Integer(number) => Some(digits.format(number).as_bytes()),
        ValueRef::Bytes(TEXT | EDITED_TEXT, bytes) => Some(bytes),
        ValueRef::Object(Object::Text(bytes)) => Some(bytes),
        ValueRef::Bytes(..) | ValueRef::Object(_) => None,
    }
}

/// The bytes of an entry's string to be changed, at least `length` of them: zeros are added where there are fewer. The value must
/// be a string, and is an edited one from here on.
///
/// Costs a copy of the string if it is short; a long one is edited where it is.
pub fn edit(entry: &mut KeyEntry, length: usize) -> &mut [u8] {
    if entry.object_mut().is_none() {
        edit_short(entry, length);
    }
    if entry.form().is_some() {
        return entry.bytes_mut().unwrap_or_default();
    }
    match entry.object_mut() {
        Some(Object::Text(bytes)) => {
            if bytes.len() < length {
                bytes.resize(length, 0);
            }
            bytes
        }
        _ => unreachable!("only strings are edited as strings"),
    }
}

/// Makes a string that stands in its entry an edited one of at least `length` bytes, in the entry if it is short enough.
fn edit_short(entry: &mut KeyEntry, length: usize) {
    let mut digits = itoa::Buffer::new();
    if let ValueRef::Integer(number) = entry.value() {
        entry.set_value(new_edited_text(digits.format(number).as_bytes()));
    }
    let old_length = entry.bytes().len();
    if length <= INLINE_TEXT_BYTES_MAX {
        entry.set_form(EDITED_TEXT);
        if length > old_length {
            entry.make_room(old_length..old_length, length - old_length).fill(0);
        }
        return;
    }
    let mut bytes = Vec::with_capacity(length);
    bytes.extend_from_slice(entry.bytes());
    bytes.resize(length, 0);
    entry.set_value(NewValue::Object(Box::new(Object::Text(bytes))));
}

#[cfg(test)]
mod tests {
    use fanfare_stdx::random::Random;

    use super::*;
    use crate::object::{encoding_name, new_text};

    #[test]
    fn edits_of_any_length_are_those_of_a_vector() {
        let mut random = Random::from_seed(7);
        for _ in 0..300 {
            let start = (random.next_u64() as i64 >> random.below(64)).to_string();
            let mut entry = KeyEntry::new(b"key", new_text(start.as_bytes()));
            let mut model = start.into_bytes();
            for _ in 0..20 {
                let scale = random.below(9);
                let at = random.below((2 * INLINE_TEXT_BYTES_MAX) >> scale);
                model.resize(model.len().max(at + 1), 0);
                model[at] = b'x';
                let bytes = edit(&mut entry, at + 1);
                bytes[at] = b'x';
                assert_eq!(bytes, &model);
                assert_eq!(text(entry.value(), &mut itoa::Buffer::new()), Some(&*model));
                assert_eq!((entry.key(), encoding_name(&entry.value())), (&b"key"[..], "raw"));
            }
        }
    }

    #[test]
    fn an_edit_without_length_changes_nothing_but_the_encoding() {
        for start in ["", "12", "abc"] {
            let mut entry = KeyEntry::new(b"key", new_text(start.as_bytes()));
            assert_eq!(edit(&mut entry, 0), start.as_bytes());
            assert_eq!(encoding_name(&entry.value()), "raw");
        }
    }
}
