//! Quoting: arguments as they are typed, and bytes as they are shown.

use fanfare_stdx::words::split_words;

/// A quote that is not closed, or is closed inside a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unbalanced;

/// Splits a line into arguments, as [`split_words`] does.
pub(crate) fn split(line: &[u8]) -> Result<Vec<Vec<u8>>, Unbalanced> {
    split_words(line).ok_or(Unbalanced)
}

/// Reads one argument that may be quoted as in [`split`], where blanks outside quotes are kept out.
pub(crate) fn unquote(text: &[u8]) -> Result<Vec<u8>, Unbalanced> {
    let mut arguments = split(text)?;
    if arguments.len() == 1 { Ok(arguments.remove(0)) } else { Err(Unbalanced) }
}

/// Appends bytes in double quotes, with escapes for all that is not printable ASCII.
pub(crate) fn push_quoted(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    for &byte in bytes {
        match byte {
            b'\\' | b'"' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0x07 => out.extend(b"\\a"),
            0x08 => out.extend(b"\\b"),
            b' '..=b'~' => out.push(byte),
            _ => out.extend(format!("\\x{byte:02x}").bytes()),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[&[u8]]) {
        let expected: Vec<Vec<u8>> = expected.iter().map(|part| part.to_vec()).collect();
        assert_eq!(split(line.as_bytes()), Ok(expected), "{line}");
    }

    #[test]
    fn lines_split_at_blanks_and_keep_quoted_ones() {
        check("", &[]);
        check("  ", &[]);
        check(" set  a\tb\n", &[b"set", b"a", b"b"]);
        check(r#"a "b c" 'd e'"#, &[b"a", b"b c", b"d e"]);
        check(r#""\x00\xfFz\n\r\t\b\a\"\\\q" x"#, &[b"\x00\xffz\n\r\t\x08\x07\"\\q", b"x"]);
        check(r#""\xg1""#, &[b"xg1"]);
        check(r"'a\'b\n'", &[br"a'b\n"]);
        check(r#"ab"c d""#, &[b"abc d"]);
        check(r#""" ''"#, &[b"", b""]);
    }

    #[test]
    fn unbalanced_quotes_are_refused() {
        for line in [r#"""#, r#""a"#, "'", r#""a"b"#, "'a'b", r#""a\""#, r#"x "y"#] {
            assert_eq!(split(line.as_bytes()), Err(Unbalanced), "{line}");
        }
        assert_eq!(unquote(br#""a b""#), Ok(b"a b".to_vec()));
        assert_eq!(unquote(b"a b"), Err(Unbalanced));
    }

    #[test]
    fn shown_bytes_are_printable() {
        let mut out = Vec::new();
        push_quoted(&mut out, b"a\"\\\n\r\t\x07\x08\x00\xff~");
        assert_eq!(String::from_utf8_lossy(&out), r#""a\"\\\n\r\t\a\b\x00\xff~""#);
    }

    #[test]
    fn what_is_shown_can_be_typed() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut shown = Vec::new();
        push_quoted(&mut shown, &bytes);
        assert_eq!(split(&shown), Ok(vec![bytes]));
    }
}
