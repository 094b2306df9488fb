//! What a fan-out run does, independent of the server.

use std::time::Duration;

use super::frames::FrameShape;

/// How subscribers ask for their channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Listen {
    /// `SUBSCRIBE` to the channel's name.
    Channel,
    /// `PSUBSCRIBE` to a pattern that matches that channel alone.
    Pattern,
    /// `SSUBSCRIBE`, published with `SPUBLISH`.
    Shard,
}

/// When publishers stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stop {
    /// After this time.
    After(Duration),
    /// After this many messages, all publishers together.
    Messages(u64),
}

/// The work of one fan-out run.
#[derive(Clone, Debug)]
pub(crate) struct FanoutPlan {
    /// Connections that subscribe.
    pub(crate) subscribers: usize,
    /// Channels published to, in turn.
    pub(crate) channels: usize,
    /// Channels that each subscriber listens to; neighbours overlap.
    pub(crate) channels_per_subscriber: usize,
    /// Connections that publish.
    pub(crate) publishers: usize,
    /// Bytes of a message's payload.
    pub(crate) size_bytes: usize,
    /// Messages that a closed-loop publisher sends before it waits for their replies.
    pub(crate) pipeline: usize,
    /// Messages per second of all publishers, sent on time whatever the server does; closed loop if absent.
    pub(crate) rate: Option<f64>,
    /// When publishers stop.
    pub(crate) stop: Stop,
    /// How subscribers ask for channels.
    pub(crate) listen: Listen,
    /// Patterns held by a further connection that match no channel.
    pub(crate) idle_patterns: usize,
    /// Threads that carry the load.
    pub(crate) threads: usize,
    /// How long to wait for missing messages after the last delivery before they count as lost.
    pub(crate) drain_timeout: Duration,
}

/// The name of a channel; all names have the same length, so that all frames have.
pub(crate) fn channel_name(channel: usize) -> String {
    format!("channel:{channel:06}")
}

/// A pattern that no [`channel_name`] matches. Five shapes in turn: literal prefix, literal suffix,
/// both, literal middle, and classes; a scan through them stops early for the first and late for others.
pub(crate) fn idle_pattern(index: usize) -> String {
    match index % 5 {
        0 => format!("channel:x{index}:*"),
        1 => format!("*:x{index}"),
        2 => format!("chan*:x{index}"),
        3 => format!("*:x{index}:*"),
        _ => format!("ch[a-s]nnel:?x{index}*"),
    }
}

/// A pattern that matches this channel and no other.
fn matching_pattern(channel: usize) -> String {
    format!("c?annel:{channel:06}")
}

impl FanoutPlan {
    /// The channels of a subscriber.
    pub(crate) fn channels_of(&self, subscriber: usize) -> impl Iterator<Item = usize> {
        let first = subscriber * self.channels_per_subscriber;
        let channels = self.channels;
        (first..first + self.channels_per_subscriber).map(move |channel| channel % channels)
    }

    /// The subscribing request of a subscriber, as arguments.
    pub(crate) fn subscribe_arguments(&self, subscriber: usize) -> Vec<String> {
        let (command, name): (&str, fn(usize) -> String) = match self.listen {
            Listen::Channel => ("SUBSCRIBE", channel_name),
            Listen::Pattern => ("PSUBSCRIBE", matching_pattern),
            Listen::Shard => ("SSUBSCRIBE", channel_name),
        };
        let names = self.channels_of(subscriber).map(name);
        std::iter::once(command.to_owned()).chain(names).collect()
    }

    /// The command that publishers send.
    pub(crate) fn publish_command(&self) -> &'static str {
        match self.listen {
            Listen::Channel | Listen::Pattern => "PUBLISH",
            Listen::Shard => "SPUBLISH",
        }
    }

    /// The frame in which every subscriber receives every message.
    pub(crate) fn frame_shape(&self) -> FrameShape {
        let channel = channel_name(0);
        let before: Vec<String> = match self.listen {
            Listen::Channel => vec!["message".to_owned(), channel],
            Listen::Pattern => vec!["pmessage".to_owned(), matching_pattern(0), channel],
            Listen::Shard => vec!["smessage".to_owned(), channel],
        };
        FrameShape::new(&before, self.size_bytes)
    }

    /// The channel to which a publisher sends its message number `message`. As many publishers as
    /// channels keep to one channel each.
    pub(crate) fn channel_of(&self, publisher: usize, message: u64) -> usize {
        let step = (message * self.publishers as u64) % self.channels as u64;
        (publisher + step as usize) % self.channels
    }

    /// How many messages a publisher may send.
    pub(crate) fn message_limit(&self, publisher: usize) -> u64 {
        match self.stop {
            Stop::After(_) => u64::MAX,
            Stop::Messages(total) => {
                let publishers = self.publishers as u64;
                total / publishers + u64::from((publisher as u64) < total % publishers)
            }
        }
    }

    /// When publishers stop, in nanoseconds after the start.
    pub(crate) fn stop_after_ns(&self) -> u64 {
        match self.stop {
            Stop::After(duration) => duration.as_nanos() as u64,
            Stop::Messages(_) => u64::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> FanoutPlan {
        FanoutPlan {
            subscribers: 4,
            channels: 3,
            channels_per_subscriber: 2,
            publishers: 3,
            size_bytes: 16,
            pipeline: 1,
            rate: None,
            stop: Stop::Messages(8),
            listen: Listen::Channel,
            idle_patterns: 0,
            threads: 1,
            drain_timeout: Duration::from_secs(1),
        }
    }

    #[test]
    fn as_many_publishers_as_channels_keep_to_their_own() {
        let plan = plan();
        for publisher in 0..3 {
            for message in 0..5 {
                assert_eq!(plan.channel_of(publisher, message), publisher);
            }
        }
    }

    #[test]
    fn one_publisher_visits_all_channels() {
        let plan = FanoutPlan { publishers: 1, ..plan() };
        let visited: Vec<usize> = (0..4).map(|message| plan.channel_of(0, message)).collect();
        assert_eq!(visited, [0, 1, 2, 0]);
    }

    #[test]
    fn the_message_limit_is_shared_out_without_rest() {
        let limits: Vec<u64> = (0..3).map(|publisher| plan().message_limit(publisher)).collect();
        assert_eq!(limits, [3, 3, 2]);
    }

    #[test]
    fn subscribers_take_neighbouring_channels() {
        assert_eq!(
            plan().subscribe_arguments(1),
            ["SUBSCRIBE", "channel:000002", "channel:000000"]
        );
    }
}
