//! Splits a line into words with Redis's quoting rules, as inline requests, configuration files and the CLI use them.

/// Splits `line` at blanks. A word may hold quoted parts.
///
/// - `"…"` knows `\n \r \t \b \a`, `\xHH`, and `\` before any other byte for that byte;
/// - `'…'` knows `\'` only;
/// - a closing quote must be followed by a blank or the end.
///
/// `None` when quotes do not balance. The line ends at a zero byte, as in Redis.
pub fn split_words(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let line = line.split(|&byte| byte == 0).next().unwrap_or_default();
    let mut words = Vec::new();
    let mut rest = trim_blanks(line);
    while !rest.is_empty() {
        let (word, after) = next_word(rest)?;
        words.push(word);
        rest = trim_blanks(after);
    }
    Some(words)
}

/// Appends `text` in double quotes, so that [`split_words`] gives it back.
pub fn append_quoted(line: &mut Vec<u8>, text: &[u8]) {
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

fn trim_blanks(line: &[u8]) -> &[u8] {
    let blanks = line.iter().take_while(|&&byte| is_blank(byte)).count();
    &line[blanks..]
}

/// What `isspace` of C calls a space.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

fn next_word(mut rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut word = Vec::new();
    loop {
        match rest {
            [] => return Some((word, rest)),
            [b'"', after @ ..] => return double_quoted(after, word),
            [b'\'', after @ ..] => return single_quoted(after, word),
            [byte, ..] if is_blank(*byte) => return Some((word, rest)),
            [byte, after @ ..] => {
                word.push(*byte);
                rest = after;
            }
        }
    }
}

fn double_quoted(mut rest: &[u8], mut word: Vec<u8>) -> Option<(Vec<u8>, &[u8])> {
    loop {
        rest = match rest {
            [b'"', after @ ..] => return closed(word, after),
            [b'\\', b'x', high, low, after @ ..]
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                word.push(hex_value(*high) << 4 | hex_value(*low));
                after
            }
            [b'\\', escaped, after @ ..] => {
                word.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 0x08,
                    b'a' => 0x07,
                    other => *other,
                });
                after
            }
            [byte, after @ ..] => {
                word.push(*byte);
                after
            }
            [] => return None,
        };
    }
}

fn single_quoted(mut rest: &[u8], mut word: Vec<u8>) -> Option<(Vec<u8>, &[u8])> {
    loop {
        rest = match rest {
            [b'\\', b'\'', after @ ..] => {
                word.push(b'\'');
                after
            }
            [b'\'', after @ ..] => return closed(word, after),
            [byte, after @ ..] => {
                word.push(*byte);
                after
            }
            [] => return None,
        };
    }
}

/// A closing quote ends the word, so only a blank or the end may follow.
fn closed(word: Vec<u8>, after: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    after.first().is_none_or(|&byte| is_blank(byte)).then_some((word, after))
}

fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit - b'A' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_splits_back_to_itself() {
        let every_byte: Vec<u8> = (0..=255).collect();
        let mut line = Vec::new();
        append_quoted(&mut line, &every_byte);
        assert!(line.iter().all(|byte| (b' '..=b'~').contains(byte)));
        assert_eq!(split_words(&line), Some(vec![every_byte]));
    }

    fn check(line: &str, expected: Option<&[&[u8]]>) {
        let words = split_words(line.as_bytes());
        let expected = expected.map(|words| words.iter().map(|word| word.to_vec()).collect());
        assert_eq!(words, expected, "{line:?}");
    }

    #[test]
    fn words_are_split_and_unquoted() {
        check("", Some(&[]));
        check("  SET  a\tb ", Some(&[b"SET", b"a", b"b"]));
        check(r#"a "b c" 'd e'"#, Some(&[b"a", b"b c", b"d e"]));
        check(r#""\x41\n\q\"" '\'\n'"#, Some(&[b"A\nq\"", b"'\\n"]));
        check(r#"foo"bar baz" "" x"#, Some(&[b"foobar baz", b"", b"x"]));
        check("cut\0off", Some(&[b"cut"]));
    }

    #[test]
    fn unbalanced_quotes_are_refused() {
        for line in ["\"a", "'a", "\"a\"b", "'a'b", "\"a\\\""] {
            check(line, None);
        }
    }
}
