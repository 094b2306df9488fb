//! The little RESP that a load generator needs: requests as bytes, and where a reply ends.
//!
//! Replies are measured, not decoded: a benchmark reads millions of them and looks inside very few.

use anyhow::{Result, bail};

/// Replies nested deeper than this are refused; no server nests its replies a tenth as deep.
const NESTING_MAX: usize = 64;

/// Appends one request as an array of bulk strings.
pub(crate) fn append_request(output: &mut Vec<u8>, arguments: &[&[u8]]) {
    output.extend_from_slice(format!("*{}\r\n", arguments.len()).as_bytes());
    for argument in arguments {
        output.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
        output.extend_from_slice(argument);
        output.extend_from_slice(b"\r\n");
    }
}

/// The length of the first whole reply in `input`, or `None` while it is not all there.
///
/// Handles every type of RESP2 and RESP3. Fails on bytes that begin no reply.
pub(crate) fn reply_bytes(input: &[u8]) -> Result<Option<usize>> {
    let mut position = 0;
    // Replies still to be read, per open aggregate.
    let mut open = vec![1usize];
    while let Some(remaining) = open.last_mut() {
        if *remaining == 0 {
            open.pop();
            continue;
        }
        *remaining -= 1;
        let Some(line_bytes) = input[position..].iter().position(|&byte| byte == b'\n') else {
            return Ok(None);
        };
        let line = &input[position..=position + line_bytes];
        position += line.len();
        match line[0] {
            b'+' | b'-' | b':' | b'_' | b',' | b'#' | b'(' => {}
            b'$' | b'=' | b'!' => {
                if let Some(bytes) = length(line)? {
                    position += bytes + 2;
                    if position > input.len() {
                        return Ok(None);
                    }
                }
            }
            b'*' | b'>' | b'~' => open.push(length(line)?.unwrap_or(0)),
            b'%' => open.push(length(line)?.unwrap_or(0) * 2),
            // An attribute comes before the reply that it describes, so one more reply follows it.
            b'|' => {
                *remaining += 1;
                open.push(length(line)?.unwrap_or(0) * 2);
            }
            other => bail!("the server sent a byte that begins no reply: {:?}", char::from(other)),
        }
        if open.len() > NESTING_MAX {
            bail!("the server sent a reply nested deeper than {NESTING_MAX} levels");
        }
    }
    Ok(Some(position))
}

/// The number in a header line such as `$12\r\n`; `None` stands for a null (`-1`).
fn length(line: &[u8]) -> Result<Option<usize>> {
    let text = std::str::from_utf8(&line[1..]).unwrap_or_default().trim_end();
    match text.parse::<i64>() {
        Ok(-1) => Ok(None),
        Ok(number) if (0..=1 << 32).contains(&number) => Ok(Some(number as usize)),
        _ => bail!("the server sent a bad length: {text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_arrays_of_bulk_strings() {
        let mut output = Vec::new();
        append_request(&mut output, &[b"PUBLISH", b"", b"a\r\nb"]);
        assert_eq!(output, b"*3\r\n$7\r\nPUBLISH\r\n$0\r\n\r\n$4\r\na\r\nb\r\n");
    }

    #[test]
    fn replies_of_every_type_are_measured() {
        let replies: [&[u8]; 14] = [
            b"+OK\r\n",
            b"-ERR no\r\n",
            b":12\r\n",
            b"$-1\r\n",
            b"$0\r\n\r\n",
            b"$3\r\n\r\n\n\r\n",
            b"*-1\r\n",
            b"*0\r\n",
            b"*2\r\n*1\r\n:1\r\n$1\r\nx\r\n",
            b"%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n_\r\n",
            b">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n",
            b"=5\r\ntxt:x\r\n",
            b"|1\r\n+key\r\n+value\r\n:7\r\n",
            b"#t\r\n",
        ];
        for reply in replies {
            let mut input = reply.to_vec();
            input.extend_from_slice(b"+NEXT\r\n");
            assert_eq!(reply_bytes(&input).expect("valid"), Some(reply.len()), "{reply:?}");
            for cut in 0..reply.len() {
                assert_eq!(reply_bytes(&reply[..cut]).expect("a prefix"), None, "{reply:?} {cut}");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_reply_are_refused() {
        assert!(reply_bytes(b"hello\r\n").is_err());
        assert!(reply_bytes(b"$x\r\n").is_err());
        assert!(reply_bytes(&b"*1\r\n".repeat(NESTING_MAX + 1)).is_err());
    }
}
