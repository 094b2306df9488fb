//! Counting messages without parsing them.
//!
//! Every message that a subscriber receives in a run has the same length, since channel names and payloads
//! have. So a read of many kilobytes is cut by arithmetic; each frame's first and last bytes are looked at,
//! which catches a server that sends anything else.

use anyhow::{Result, bail};

/// Payloads shorter than this carry no time stamp.
pub(crate) const STAMP_BYTES: usize = 8;

/// Where things are in a delivered message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameShape {
    /// Length of the whole frame.
    pub(crate) frame_bytes: usize,
    /// Where the time stamp begins, if the payload has room for one.
    stamp_offset: Option<usize>,
}

impl FrameShape {
    /// The shape of a frame of `before` (kind, channel and so on) and a payload of `size_bytes`.
    pub(crate) fn new(before: &[String], size_bytes: usize) -> Self {
        let bulk_bytes = |bytes: usize| format!("${bytes}\r\n").len() + bytes + 2;
        let header_bytes = format!("*{}\r\n", before.len() + 1).len()
            + before.iter().map(|text| bulk_bytes(text.len())).sum::<usize>();
        let payload_offset = header_bytes + format!("${size_bytes}\r\n").len();
        Self {
            frame_bytes: header_bytes + bulk_bytes(size_bytes),
            stamp_offset: (size_bytes >= STAMP_BYTES).then_some(payload_offset),
        }
    }
}

/// Cuts one subscriber's stream into messages.
#[derive(Debug, Default)]
pub(crate) struct FrameScanner {
    /// The beginning of a message whose rest has not come yet.
    partial: Vec<u8>,
}

impl FrameScanner {
    /// Counts the messages that `input` completes and hands each one's time stamp to `stamped`.
    pub(crate) fn scan(
        &mut self,
        shape: FrameShape,
        mut input: &[u8],
        mut stamped: impl FnMut(u64),
    ) -> Result<u64> {
        let mut frames = 0;
        if !self.partial.is_empty() {
            let missing = shape.frame_bytes - self.partial.len();
            let (head, rest) = input.split_at(missing.min(input.len()));
            self.partial.extend_from_slice(head);
            if self.partial.len() < shape.frame_bytes {
                return Ok(0);
            }
            take(shape, &self.partial, &mut stamped)?;
            self.partial.clear();
            frames += 1;
            input = rest;
        }
        let whole = input.chunks_exact(shape.frame_bytes);
        let rest = whole.remainder();
        for frame in whole {
            take(shape, frame, &mut stamped)?;
            frames += 1;
        }
        self.partial.extend_from_slice(rest);
        Ok(frames)
    }
}

#[inline]
fn take(shape: FrameShape, frame: &[u8], stamped: &mut impl FnMut(u64)) -> Result<()> {
    if !matches!(frame[0], b'*' | b'>') || frame[frame.len() - 1] != b'\n' {
        bail!("a subscriber received something else: {:?}", String::from_utf8_lossy(frame));
    }
    if let Some(offset) = shape.stamp_offset {
        let mut stamp = [0; STAMP_BYTES];
        stamp.copy_from_slice(&frame[offset..offset + STAMP_BYTES]);
        stamped(u64::from_le_bytes(stamp));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> FrameShape {
        FrameShape::new(&["message".to_owned(), "news".to_owned()], 10)
    }

    fn frame(stamp: u64) -> Vec<u8> {
        let mut frame = b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$10\r\n".to_vec();
        frame.extend_from_slice(&stamp.to_le_bytes());
        frame.extend_from_slice(b"xx\r\n");
        frame
    }

    #[test]
    fn messages_are_counted_wherever_reads_are_cut() {
        let stream: Vec<u8> = (1..=5).flat_map(frame).collect();
        assert_eq!(shape().frame_bytes * 5, stream.len());
        for step in 1..stream.len() {
            let mut scanner = FrameScanner::default();
            let mut stamps = Vec::new();
            let mut frames = 0;
            for piece in stream.chunks(step) {
                frames += scanner.scan(shape(), piece, |stamp| stamps.push(stamp)).expect("valid");
            }
            assert_eq!(frames, 5, "pieces of {step} bytes");
            assert_eq!(stamps, [1, 2, 3, 4, 5], "pieces of {step} bytes");
        }
    }

    #[test]
    fn anything_but_a_message_is_an_error() {
        let noise = vec![b'-'; shape().frame_bytes];
        assert!(FrameScanner::default().scan(shape(), &noise, |_| {}).is_err());
    }

    #[test]
    fn short_payloads_have_no_stamp() {
        let before = ["message".to_owned(), "a".to_owned()];
        assert_eq!(FrameShape::new(&before, 7).stamp_offset, None);
        assert_eq!(FrameShape::new(&before, 8).stamp_offset, Some(28));
    }
}
