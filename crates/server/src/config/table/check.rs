//! Checks of texts that are not free.

use crate::config::parameter::Reason;

/// Longest host name in bytes; the rest of the 256 bytes is the end mark of the cluster bus.
const HOST_NAME_BYTES_MAX: usize = 255;

/// What a process title template may contain between braces.
const PLACEHOLDERS: [&[u8]; 7] =
    [b"title", b"listen-addr", b"server-mode", b"port", b"tls-port", b"unixsocket", b"config-file"];

pub(super) fn process_title(text: &[u8]) -> Result<(), Reason> {
    let complaint = || Err("template format is invalid or contains unknown variables".into());
    if text.is_empty() {
        return complaint();
    }
    let mut rest = text;
    while let Some(open) = rest.iter().position(|&byte| byte == b'{') {
        rest = &rest[open + 1..];
        let Some(close) = rest.iter().position(|&byte| byte == b'}') else { return complaint() };
        if !PLACEHOLDERS.contains(&&rest[..close]) {
            return complaint();
        }
        rest = &rest[close + 1..];
    }
    Ok(())
}

pub(super) fn file_name(text: &[u8]) -> Result<(), Reason> {
    without_slash(text, "dbfilename can't be a path, just a filename")
}

pub(super) fn append_file_name(text: &[u8]) -> Result<(), Reason> {
    if text.is_empty() {
        return Err("appendfilename can't be empty".into());
    }
    without_slash(text, "appendfilename can't be a path, just a filename")
}

pub(super) fn append_directory_name(text: &[u8]) -> Result<(), Reason> {
    if text.is_empty() {
        return Err("appenddirname can't be empty".into());
    }
    without_slash(text, "appenddirname can't be a path, just a dirname")
}

fn without_slash(text: &[u8], complaint: &'static str) -> Result<(), Reason> {
    if text.contains(&b'/') { Err(complaint.into()) } else { Ok(()) }
}

pub(super) fn host_name(text: &[u8]) -> Result<(), Reason> {
    if text.len() > HOST_NAME_BYTES_MAX {
        return Err("Hostnames must be less than 256 characters".into());
    }
    if !text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')) {
        let complaint = "Hostnames may only contain alphanumeric characters, hyphens or dots";
        return Err(complaint.into());
    }
    Ok(())
}

pub(super) fn node_name(text: &[u8]) -> Result<(), Reason> {
    if text.iter().any(|byte| b"\0!#$%&()*+:;<>?@[]^{|}~".contains(byte)) {
        return Err("Announced human node name contained invalid character".into());
    }
    Ok(())
}

/// Strings are in the order of their bytes: a locale with another order is one that this machine does not have.
pub(super) fn locale(text: &[u8]) -> Result<(), Reason> {
    let is_by_bytes = match text {
        b"" | b"C" | b"POSIX" => true,
        [b'C', b'.', set @ ..] => {
            set.eq_ignore_ascii_case(b"UTF-8") || set.eq_ignore_ascii_case(b"UTF8")
        }
        _ => false,
    };
    if is_by_bytes { Ok(()) } else { Err("Invalid locale name".into()) }
}
