//! Finds where replies end without making values of them.

use anyhow::{Result, bail};
use fanfare_stdx::number::parse_i64;

/// The length of the first whole reply of `bytes`; `None` when it is not all there.
pub fn reply_length(bytes: &[u8]) -> Result<Option<usize>> {
    let mut at = 0;
    // Values that must still follow.
    let mut missing = 1_i64;
    while missing > 0 {
        let Some(line_bytes) = line_length(&bytes[at..]) else { return Ok(None) };
        let line = &bytes[at + 1..at + line_bytes - 2];
        let kind = bytes[at];
        at += line_bytes;
        missing -= 1;
        match kind {
            b'+' | b'-' | b':' | b'_' | b',' | b'#' | b'(' => {}
            b'$' | b'=' | b'!' => {
                let length = number(line)?;
                if length >= 0 {
                    at += length as usize + 2;
                }
            }
            b'*' | b'~' | b'>' => missing += number(line)?.max(0),
            b'%' => missing += 2 * number(line)?,
            b'|' => missing += 2 * number(line)? + 1,
            _ => bail!("no reply starts with {:?}", kind as char),
        }
        if at > bytes.len() {
            return Ok(None);
        }
    }
    Ok(Some(at))
}

/// The first line's length, with its end.
fn line_length(bytes: &[u8]) -> Option<usize> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    (end >= 2).then_some(end + 1)
}

fn number(line: &[u8]) -> Result<i64> {
    match parse_i64(line) {
        Some(number) => Ok(number),
        None => bail!("{:?} is no length", line.escape_ascii().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::reply_length;

    #[test]
    fn replies_end_where_they_end() {
        let replies: &[&[u8]] = &[
            b"+OK\r\n",
            b"$-1\r\n",
            b"$0\r\n\r\n",
            b"$4\r\na\r\nb\r\n",
            b"*-1\r\n",
            b"*0\r\n",
            b"*2\r\n*1\r\n:1\r\n$1\r\nx\r\n",
            b"%1\r\n+a\r\n~2\r\n_\r\n#t\r\n",
            b"|1\r\n+a\r\n+b\r\n:1\r\n",
        ];
        for reply in replies {
            let mut bytes = reply.to_vec();
            bytes.extend_from_slice(b"+more\r\n");
            assert_eq!(reply_length(&bytes).unwrap(), Some(reply.len()));
            for end in 0..reply.len() {
                assert_eq!(reply_length(&reply[..end]).unwrap(), None);
            }
        }
        assert!(reply_length(b"?1\r\n").is_err());
    }
}
