//! The options of `XREAD` and `XREADGROUP`.

use std::time::Duration;

use crate::command::{Args, CommandError};
use crate::families::timeout::timeout_ms;

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// A client for itself (`XREAD`).
    Client,
    /// A consumer of a group (`XREADGROUP`).
    Consumer,
}

/// Whether a client waits when there is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// It does not.
    Never,
    /// It does, for so long; `None` is for ever.
    For(Option<Duration>),
}

/// What is to be read.
#[derive(Clone, Debug)]
pub(super) struct ReadOptions<'a> {
    /// Most entries of each stream.
    pub(super) count: usize,
    /// Whether to wait.
    pub(super) block: Block,
    /// The group and the consumer.
    pub(super) group: Option<(&'a [u8], &'a [u8])>,
    /// How long what is pending must not have been delivered to be claimed, in milliseconds; nothing if it is not wanted.
    pub(super) min_idle_ms: Option<i64>,
    /// Whether what is delivered counts as acknowledged.
    pub(super) has_no_acknowledgement: bool,
    /// The streams.
    pub(super) keys: Vec<&'a [u8]>,
    /// For each of them where to begin.
    pub(super) ids: Vec<&'a [u8]>,
}

impl<'a> ReadOptions<'a> {
    /// Reads all arguments.
    pub(super) fn parse(
        args: &mut Args<'a>,
        reader: Reader,
        now_ms: i64,
    ) -> Result<Self, CommandError> {
        let mut options = Self {
            count: usize::MAX,
            block: Block::Never,
            group: None,
            min_idle_ms: None,
            has_no_acknowledgement: false,
            keys: Vec::new(),
            ids: Vec::new(),
        };
        while !args.is_empty() {
            options.take(args, reader, now_ms)?;
        }
        if options.keys.is_empty() {
            return Err(CommandError::Syntax);
        }
        if reader == Reader::Consumer && options.group.is_none() {
            return Err(CommandError::Text("ERR Missing GROUP option for XREADGROUP"));
        }
        Ok(options)
    }

    fn take(
        &mut self,
        args: &mut Args<'a>,
        reader: Reader,
        now_ms: i64,
    ) -> Result<(), CommandError> {
        let has_more = args.len() > 1;
        if has_more && args.take_word("BLOCK") {
            self.block = Block::For(timeout_ms(args, now_ms)?);
        } else if has_more && args.take_word("COUNT") {
            self.count = match usize::try_from(args.integer()?) {
                Ok(0) | Err(_) => usize::MAX,
                Ok(count) => count,
            };
        } else if has_more && args.take_word("STREAMS") {
            self.take_streams(args, reader)?;
        } else if args.len() > 2 && args.take_word("GROUP") {
            if reader == Reader::Client {
                return Err(CommandError::Text(
                    "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.",
                ));
            }
            self.group = Some((args.required()?, args.required()?));
        } else if has_more && args.take_word("CLAIM") {
            if reader == Reader::Client {
                return Err(CommandError::Text(
                    "ERR The CLAIM option is only supported by XREADGROUP. You called XREAD instead.",
                ));
            }
            self.min_idle_ms = Some(args.integer()?);
        } else if args.take_word("NOACK") {
            if reader == Reader::Client {
                return Err(CommandError::Text(
                    "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.",
                ));
            }
            self.has_no_acknowledgement = true;
        } else {
            return Err(CommandError::Syntax);
        }
        Ok(())
    }

    fn take_streams(&mut self, args: &mut Args<'a>, reader: Reader) -> Result<(), CommandError> {
        if !args.len().is_multiple_of(2) {
            return Err(CommandError::Text(match reader {
                Reader::Client => {
                    "ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or \
                     '$' must be specified."
                }
                Reader::Consumer => {
                    "ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or \
                     '>' must be specified."
                }
            }));
        }
        let count = args.len() / 2;
        self.keys = args.by_ref().take(count).collect();
        self.ids = args.collect();
        Ok(())
    }
}
