//! Quoting of configuration lines.

/// Appends `text` in double quotes, so that splitting it into words gives it back.
pub(super) fn append_quoted(line: &mut Vec<u8>, text: &[u8]) {
    line.push(b'"');
    for &byte in text {
        match byte {
            b'\\' | b'"' => line.extend([b'\\', byte]),
            b'\n' => line.extend(b"\\n"),
            b'\r' => line.extend(b"\\r"),
            b'\t' => line.extend(b"\\t"),
            0x08 => line.extend(b"\\b"),
            0x07 => line.extend(b"\\a"),
            b' '..=b'~' => line.push(byte),
            _ => line.extend(format!("\\x{byte:02x}").bytes()),
        }
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use fanfare_stdx::words::split_words;

    use super::*;

    #[test]
    fn quoted_text_splits_back_to_itself() {
        let every_byte: Vec<u8> = (0..=255).collect();
        let mut line = Vec::new();
        append_quoted(&mut line, &every_byte);
        assert!(line.iter().all(|byte| (b' '..=b'~').contains(byte)));
        assert_eq!(split_words(&line), Some(vec![every_byte]));
    }
}
