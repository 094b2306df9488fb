//! Giving entries back to their group: `XNACK`.

use fanfare_data::stream::{Delivery, Group, Stream, StreamId};
use fanfare_protocol::Reply;

use super::super::delete::take_ids;
use super::super::ids::all_ids;
use super::super::value::find_mut;
use super::support::check_group;
use crate::command::{Args, CommandError};
use crate::keyspace::WriteKeys;

/// Why entries are given back, which decides what becomes of their counts of deliveries.
#[derive(Clone, Copy)]
enum Reason {
    /// None that bears on the entry (`SILENT`): it is as if it had not been delivered.
    Silent,
    /// The consumer failed (`FAIL`).
    Failure,
    /// Whoever gets the entry will fail (`FATAL`).
    Fatality,
}

impl Reason {
    fn parse(args: &mut Args<'_>) -> Result<Self, CommandError> {
        if args.take_word("SILENT") {
            Ok(Self::Silent)
        } else if args.take_word("FAIL") {
            Ok(Self::Failure)
        } else if args.take_word("FATAL") {
            Ok(Self::Fatality)
        } else {
            Err(CommandError::Syntax)
        }
    }

    /// What becomes of a count of deliveries.
    fn count(self, count: i64) -> i64 {
        match self {
            Self::Silent => count.saturating_sub(1).max(0),
            Self::Failure => count,
            Self::Fatality => i64::MAX,
        }
    }
}

/// How entries are given back.
struct Terms {
    reason: Reason,
    /// What the count of deliveries becomes, if that is told.
    count: Option<i64>,
    /// Whether an entry becomes pending that is not.
    is_forced: bool,
}

/// `XNACK`.
pub(super) fn xnack(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, name) = (args.required()?, args.required()?);
    check_group(keys, key, name, "")?;
    let (terms, ids) = parse(&mut args)?;
    let mut given_back = 0;
    if let Some(stream) = find_mut(keys, key)? {
        stream.with_group(name, |stream, group| {
            given_back = ids.into_iter().filter(|&id| give_back(stream, group, id, &terms)).count();
        });
    }
    if given_back > 0 {
        keys.changed_aside(given_back as u64);
        keys.wake_claimants(key);
    }
    reply.integer(given_back as i64);
    Ok(())
}

fn parse(args: &mut Args<'_>) -> Result<(Terms, Vec<StreamId>), CommandError> {
    let mut terms = Terms { reason: Reason::parse(args)?, count: None, is_forced: false };
    let mut ids = None;
    while !args.is_empty() {
        if let Some(texts) = take_ids(args)? {
            ids = Some(texts);
        } else if args.take_word("FORCE") {
            terms.is_forced = true;
        } else if args.len() > 1 && args.take_word("RETRYCOUNT") {
            let count = args.integer().ok().filter(|&count| count >= 0);
            let invalid = "ERR Invalid RETRYCOUNT option argument for XNACK";
            terms.count = Some(count.ok_or(CommandError::Text(invalid))?);
        } else {
            return Err(CommandError::Syntax);
        }
    }
    let ids = all_ids(ids.ok_or(CommandError::Syntax)?.into_iter())?;
    Ok((terms, ids))
}

/// Gives an entry back; whether it is pending.
fn give_back(stream: &Stream, group: &mut Group, id: StreamId, terms: &Terms) -> bool {
    let delivered = match group.pending().get(id) {
        Some(delivery) => delivery.count,
        None if terms.is_forced && stream.get(id).is_some() => 0,
        None => return false,
    };
    let count = terms.count.unwrap_or(terms.reason.count(delivered));
    group.assign(id, Delivery::given_back(count));
    true
}
