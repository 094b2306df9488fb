//! The slow log: requests that took longer than `slowlog-log-slower-than`.

use std::collections::VecDeque;

use fanfare_protocol::request::Request;

use super::secrets::{REDACTED, Secrets};

/// Most arguments kept of a request; the last kept one then tells how many more there were.
pub const ARGS_KEPT_MAX: usize = 32;

/// Most bytes kept of an argument.
pub const ARG_BYTES_KEPT_MAX: usize = 128;

/// A request that was slow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlowRequest {
    /// When it ended, in seconds since 1970.
    pub at_s: u64,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// Its arguments, shortened; see [`shortened_args`].
    pub args: Vec<Box<[u8]>>,
    /// Address of the client.
    pub address: String,
    /// Name of the client; empty if it has none.
    pub name: Box<[u8]>,
}

/// The log, newest first, bounded by `slowlog-max-len`.
#[derive(Debug, Default)]
pub struct SlowLog {
    entries: VecDeque<(u64, SlowRequest)>,
    next_id: u64,
}

impl SlowLog {
    /// Adds a request, and drops the oldest beyond `entries_max`.
    pub fn add(&mut self, request: SlowRequest, entries_max: usize) {
        self.entries.push_front((self.next_id, request));
        self.next_id += 1;
        self.entries.truncate(entries_max);
    }

    /// The newest ones with their numbers; numbers go up from the start of the process.
    pub fn latest(&self, entries_max: usize) -> impl ExactSizeIterator<Item = &(u64, SlowRequest)> {
        self.entries.iter().take(entries_max)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Forgets all; numbers go on.
    pub fn reset(&mut self) {
        self.entries.clear();
    }
}

/// What the log keeps of a request's arguments.
pub fn shortened_args(request: Request<'_>, secrets: &Secrets) -> Vec<Box<[u8]>> {
    let count = request.len();
    let kept = if count > ARGS_KEPT_MAX { ARGS_KEPT_MAX - 1 } else { count };
    let mut args: Vec<Box<[u8]>> = Vec::with_capacity(count.min(ARGS_KEPT_MAX));
    for (index, arg) in request.iter().take(kept).enumerate() {
        args.push(if secrets.cover(index) { REDACTED.into() } else { shortened(arg) });
    }
    if kept < count {
        args.push(format!("... ({} more arguments)", count - kept).into_bytes().into());
    }
    args
}

fn shortened(arg: &[u8]) -> Box<[u8]> {
    let Some(dropped) = arg.len().checked_sub(ARG_BYTES_KEPT_MAX).filter(|&bytes| bytes > 0) else {
        return arg.into();
    };
    let mut text = arg[..ARG_BYTES_KEPT_MAX].to_vec();
    text.extend_from_slice(format!("... ({dropped} more bytes)").as_bytes());
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::test_request::with_request;

    fn shorten(args: &[&str]) -> Vec<String> {
        let texts = |args: Vec<Box<[u8]>>| {
            args.iter().map(|arg| String::from_utf8(arg.to_vec()).unwrap()).collect()
        };
        with_request(args, |request| texts(shortened_args(request, &Secrets::none())))
    }

    #[test]
    fn long_requests_are_shortened_as_in_redis() {
        let numbers: Vec<String> = (0..42).map(|number| number.to_string()).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        assert_eq!(shorten(&numbers[..32]), numbers[..32]);
        let shortened = shorten(&numbers[..33]);
        assert_eq!(shortened[..31], numbers[..31]);
        assert_eq!(shortened[31..], ["... (2 more arguments)"]);
        assert_eq!(shorten(&numbers)[31..], ["... (11 more arguments)"]);
        let long = "v".repeat(129);
        assert_eq!(shorten(&[&long[1..]]), [&long[1..]]);
        assert_eq!(shorten(&[&long]), [format!("{}... (1 more bytes)", &long[1..])]);
    }

    #[test]
    fn secrets_are_not_kept() {
        let args = ["AUTH", "user", "password"];
        let kept = with_request(&args, |request| {
            shortened_args(request, &Secrets::of("auth", request, |_| false))
        });
        assert_eq!(kept, [b"AUTH".as_slice(), REDACTED, REDACTED].map(Box::from));
    }

    #[test]
    fn the_log_is_bounded_and_numbers_go_on() {
        let mut log = SlowLog::default();
        let slow = |duration_us| SlowRequest {
            at_s: 1,
            duration_us,
            args: Vec::new(),
            address: String::new(),
            name: Box::default(),
        };
        for duration_us in 0..5 {
            log.add(slow(duration_us), 3);
        }
        let newest: Vec<_> =
            log.latest(2).map(|(id, request)| (*id, request.duration_us)).collect();
        assert_eq!(newest, [(4, 4), (3, 3)]);
        assert_eq!(log.len(), 3);
        log.reset();
        assert!(log.is_empty());
        log.add(slow(9), 3);
        assert_eq!(log.latest(9).next().unwrap().0, 5);
    }
}
