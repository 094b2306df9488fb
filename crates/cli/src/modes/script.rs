//! `--eval`: a script from a file, as a command.

use std::fs;
use std::path::Path;

use crate::failure::{Failure, system_text};

/// The `EVAL` command for a script: what stands before a lone comma are keys.
pub(crate) fn eval_arguments(path: &Path, arguments: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, Failure> {
    let script = fs::read(path).map_err(|error| {
        let reason = system_text(&error);
        Failure::Fatal(format!("Can't open file '{}': {reason}", path.display()))
    })?;
    Ok(with_script(script, arguments))
}

fn with_script(script: Vec<u8>, arguments: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let comma = arguments.iter().position(|argument| argument == b",");
    let keys = &arguments[..comma.unwrap_or(arguments.len())];
    let rest = comma.map_or(&[][..], |comma| &arguments[comma + 1..]);
    let mut command = vec![b"EVAL".to_vec(), script, keys.len().to_string().into_bytes()];
    command.extend_from_slice(keys);
    command.extend_from_slice(rest);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_parts_keys_from_arguments() {
        for (line, expected) in [
            ("", "EVAL s 0"),
            ("k", "EVAL s 1 k"),
            ("k1 k2 , a", "EVAL s 2 k1 k2 a"),
            (", a ,", "EVAL s 0 a ,"),
        ] {
            let arguments: Vec<Vec<u8>> = line.split_whitespace().map(Into::into).collect();
            let command = with_script(b"s".to_vec(), &arguments).join(&b' ');
            assert_eq!(String::from_utf8_lossy(&command), expected);
        }
    }
}
