//! The options of `XADD` and `XTRIM`.

use fanfare_data::stream::{Bound, References, StreamId, Trim};

use super::idempotence::Identity;
use super::ids::id;
use crate::command::{Args, CommandError};

/// With `~` and without `LIMIT`, so many times as many entries as a node may have are removed at most …
const NODES_TRIMMED_MAX: u64 = 100;
/// … but not more than this …
const ENTRIES_TRIMMED_MAX: u64 = 1_000_000;
/// … and so many if nodes have no limit.
const ENTRIES_TRIMMED_OF_ANY_NODES_MAX: u64 = 10_000;

/// Which command takes the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// `XADD`: an id stands behind them.
    Add,
    /// `XTRIM`: they are all there is.
    Trim,
}

/// The id that a client wants an entry to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NewId {
    /// Any (`*`).
    Any,
    /// Any of this millisecond (`ms-*`).
    OfTime(u64),
    /// This one.
    Exactly(StreamId),
}

/// The options that a client gave.
#[derive(Debug, Default)]
pub(super) struct Options<'a> {
    /// The id, if it was there.
    pub(super) id: Option<NewId>,
    /// Whether a stream must be there already.
    pub(super) must_exist: bool,
    /// By what the entry is known if it comes twice, if that matters.
    pub(super) identity: Option<Identity<'a>>,
    /// What is to be removed.
    pub(super) trim: Option<Trim>,
    bound: Option<Bound>,
    is_approximate: bool,
    limit: Option<u64>,
    references: Option<References>,
}

impl<'a> Options<'a> {
    /// Takes the options, and of `XADD` the id. `node_entries`: how many entries a node may have.
    pub(super) fn take(
        &mut self,
        args: &mut Args<'a>,
        command: Command,
        node_entries: u64,
    ) -> Result<(), CommandError> {
        while let Some(word) = args.get(0) {
            // No option begins like an id.
            let may_be_option = word.first().is_some_and(u8::is_ascii_alphabetic);
            if may_be_option && self.take_option(args)? {
                continue;
            }
            if command == Command::Trim {
                return Err(CommandError::Syntax);
            }
            if may_be_option && args.take_word("NOMKSTREAM") {
                self.must_exist = true;
                continue;
            }
            if may_be_option && let Some(identity) = Identity::take(args)? {
                if self.identity.replace(identity).is_some() {
                    return Err(CommandError::Syntax);
                }
                continue;
            }
            self.id = Some(new_id(word)?);
            args.next();
            break;
        }
        self.trim = self.wanted_trim(node_entries)?;
        Ok(())
    }

    /// Takes an option that both commands have; whether one was there.
    fn take_option(&mut self, args: &mut Args<'_>) -> Result<bool, CommandError> {
        let has_more = args.len() > 1;
        if has_more && args.take_word("MAXLEN") {
            self.take_operator(args)?;
            let length = args.integer()?;
            let length = u64::try_from(length)
                .map_err(|_| CommandError::Text("ERR The MAXLEN argument must be >= 0."))?;
            self.bound = Some(Bound::Length(length));
        } else if has_more && args.take_word("MINID") {
            self.take_operator(args)?;
            self.bound = Some(Bound::Id(id(args.required()?)?));
        } else if has_more && args.take_word("LIMIT") {
            let limit = args.integer()?;
            let limit = u64::try_from(limit)
                .map_err(|_| CommandError::Text("ERR The LIMIT argument must be >= 0."))?;
            self.limit = Some(limit);
        } else if self.references.is_none() {
            self.references = take_references(args);
            return Ok(self.references.is_some());
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn take_operator(&mut self, args: &mut Args<'_>) -> Result<(), CommandError> {
        if self.bound.is_some() {
            return Err(CommandError::Text(
                "ERR syntax error, MAXLEN and MINID options at the same time are not compatible",
            ));
        }
        if args.len() > 1 {
            self.is_approximate = args.take_word("~");
            let _exactly = !self.is_approximate && args.take_word("=");
        }
        Ok(())
    }

    /// What is to be removed, now that all options are known.
    fn wanted_trim(&self, node_entries: u64) -> Result<Option<Trim>, CommandError> {
        let &Self { bound, is_approximate, limit, references, .. } = self;
        let Some(bound) = bound else {
            return match limit {
                Some(_) => Err(CommandError::Text(
                    "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy",
                )),
                None => Ok(None),
            };
        };
        if limit.is_some() && !is_approximate {
            return Err(CommandError::Text(
                "ERR syntax error, LIMIT cannot be used without the special ~ option",
            ));
        }
        let most = match limit {
            Some(0) => None,
            Some(limit) => Some(limit),
            None if !is_approximate => None,
            None if node_entries == 0 => Some(ENTRIES_TRIMMED_OF_ANY_NODES_MAX),
            None => Some(node_entries.saturating_mul(NODES_TRIMMED_MAX).min(ENTRIES_TRIMMED_MAX)),
        };
        let references = references.unwrap_or_default();
        Ok(Some(Trim { bound, is_approximate, most, references }))
    }
}

/// Takes a word that says what becomes of references.
pub(super) fn take_references(args: &mut Args<'_>) -> Option<References> {
    if args.take_word("KEEPREF") {
        Some(References::Keep)
    } else if args.take_word("DELREF") {
        Some(References::Delete)
    } else if args.take_word("ACKED") {
        Some(References::Acknowledged)
    } else {
        None
    }
}

fn new_id(text: &[u8]) -> Result<NewId, CommandError> {
    if text == b"*" {
        return Ok(NewId::Any);
    }
    match StreamId::parse_parts(text) {
        Some((ms, Some(b"*"))) => Ok(NewId::OfTime(ms)),
        _ => id(text).map(NewId::Exactly),
    }
}
