//! One publication, encoded once.

use std::sync::Arc;

use fanfare_net::output::Frame;

use crate::Kind;
use crate::pattern::PatternId;

/// Longest frame of a message, in bytes; ranges of it are counted in 32 bits.
pub const FRAME_BYTES_MAX: usize = u32::MAX as usize;
/// Bytes of a frame that are neither name nor payload, at most.
const FRAME_OVERHEAD_BYTES_MAX: usize = 80;

/// The patterns that a channel's name matches.
pub type Matches = Arc<[PatternId]>;

/// One publication on its way to subscribers. Cloning it costs a reference count or two.
///
/// The frame is the one for RESP2; the one for RESP3 differs in its first byte alone, and the one for a
/// subscriber of a pattern in what stands before the channel's name.
#[derive(Clone, Debug)]
pub struct Message {
    frame: Arc<Frame>,
    /// Hash of the channel's name, as the registry computes it.
    hash: u64,
    /// Where in the frame the channel's length line begins.
    channel_line: u32,
    channel: (u32, u32),
    kind: Kind,
    matches: Option<Matches>,
}

impl Message {
    /// Encodes a publication to a channel (`kind` is not `Pattern`).
    pub(crate) fn encode(kind: Kind, hash: u64, channel: &[u8], payload: &[u8]) -> Self {
        let head: &[u8] = match kind {
            Kind::ShardChannel => b"*3\r\n$8\r\nsmessage\r\n",
            Kind::Channel | Kind::Pattern => b"*3\r\n$7\r\nmessage\r\n",
        };
        let mut frame =
            Vec::with_capacity(FRAME_OVERHEAD_BYTES_MAX + channel.len() + payload.len());
        frame.extend_from_slice(head);
        let channel_line = frame.len() as u32;
        push_bulk(&mut frame, channel);
        let channel_end = frame.len() - 2;
        push_bulk(&mut frame, payload);
        let channel = ((channel_end - channel.len()) as u32, channel_end as u32);
        Self { frame: Frame::share(frame), hash, channel_line, channel, kind, matches: None }
    }

    /// The same with the patterns that its channel matches.
    pub(crate) fn matching(self, matches: Option<Matches>) -> Self {
        Self { matches, ..self }
    }

    /// Whether a frame of this channel and payload is short enough.
    pub fn fits(channel: &[u8], payload: &[u8]) -> bool {
        channel.len() + payload.len() + FRAME_OVERHEAD_BYTES_MAX <= FRAME_BYTES_MAX
    }

    /// The channel it was published to.
    pub fn channel(&self) -> &[u8] {
        &self.frame[self.channel.0 as usize..self.channel.1 as usize]
    }

    /// Bytes of its frame.
    pub fn len(&self) -> usize {
        self.frame.len()
    }

    /// Never: a frame has at least its header.
    pub fn is_empty(&self) -> bool {
        self.frame.is_empty()
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn matches(&self) -> &[PatternId] {
        self.matches.as_deref().unwrap_or_default()
    }

    pub(crate) fn frame(&self) -> &Arc<Frame> {
        &self.frame
    }

    /// What stands before the channel's length line.
    pub(crate) fn head(&self) -> &[u8] {
        &self.frame[..self.channel_line as usize]
    }

    /// Where the channel's length line begins: from there on the frame is the same for subscribers of all kinds.
    pub(crate) fn tail_start(&self) -> usize {
        self.channel_line as usize
    }
}

/// What a frame for subscribers of `pattern` has before the channel's length line.
pub(crate) fn pattern_head(pattern: &[u8], head: &mut Vec<u8>) {
    head.clear();
    head.extend_from_slice(b"*4\r\n$8\r\npmessage\r\n");
    push_bulk(head, pattern);
}

fn push_bulk(frame: &mut Vec<u8>, bytes: &[u8]) {
    frame.push(b'$');
    frame.extend_from_slice(itoa::Buffer::new().format(bytes.len()).as_bytes());
    frame.extend_from_slice(b"\r\n");
    frame.extend_from_slice(bytes);
    frame.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_is_the_one_of_resp2() {
        let message = Message::encode(Kind::Channel, 7, b"news", b"hi\r\n");
        let frame = b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$4\r\nhi\r\n\r\n";
        assert_eq!(message.frame()[..], frame[..]);
        assert_eq!(message.channel(), b"news");
        assert_eq!(&message.frame()[message.tail_start()..], &frame[17..]);
        let message = Message::encode(Kind::ShardChannel, 7, b"", b"");
        assert_eq!(message.frame()[..], b"*3\r\n$8\r\nsmessage\r\n$0\r\n\r\n$0\r\n\r\n"[..]);
        assert_eq!(message.channel(), b"");
    }

    #[test]
    fn a_pattern_has_its_own_head() {
        let mut head = b"old".to_vec();
        pattern_head(b"n*", &mut head);
        assert_eq!(head, b"*4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n");
    }
}
