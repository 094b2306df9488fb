//! `LCS`.

use fanfare_data::object::KeyEntry;
use fanfare_data::subsequence::{Match, longest, longest_length};
use fanfare_data::text::text;
use fanfare_protocol::Reply;

use crate::command::{Args, CommandError};
use crate::keyspace::{Limit, ReadKeys};

/// Bytes that Redis takes for each pair of bytes, which its limit is counted by.
const PAIR_BYTES: u128 = 4;

/// The options of `LCS`.
#[derive(Clone, Copy, Debug, Default)]
struct Options {
    wants_length: bool,
    wants_positions: bool,
    wants_run_lengths: bool,
    run_length_min: i64,
}

/// `LCS`.
pub(super) fn lcs(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (first_key, second_key) = (args.required()?, args.required()?);
    let mut digits = itoa::Buffer::new();
    // Both are looked up, whatever the first one is.
    let first = string(keys.get(first_key), &mut digits).map(<[u8]>::to_vec);
    let second = string(keys.get(second_key), &mut digits)?.to_vec();
    let first = first?;
    let options = options(args)?;
    let pairs = (first.len() as u128 + 1) * (second.len() as u128 + 1);
    if pairs * PAIR_BYTES > keys.limit(Limit::StringBytes) as u128 {
        return Err(CommandError::Text(
            "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
        ));
    }
    if options.wants_length {
        reply.integer(longest_length(&first, &second) as i64);
        return Ok(());
    }
    let matches = longest(&first, &second);
    if options.wants_positions {
        write_positions(&matches, options, reply);
        return Ok(());
    }
    let runs = matches.iter().rev().map(|run| &first[run.first.clone()]);
    reply.bulk(&runs.collect::<Vec<_>>().concat());
    Ok(())
}

fn string<'a>(
    entry: Option<&'a KeyEntry>,
    digits: &'a mut itoa::Buffer,
) -> Result<&'a [u8], CommandError> {
    let Some(entry) = entry else { return Ok(&[]) };
    text(entry.value(), digits)
        .ok_or(CommandError::Text("ERR The specified keys must contain string values"))
}

fn options(mut args: Args<'_>) -> Result<Options, CommandError> {
    let mut options = Options::default();
    while !args.is_empty() {
        if args.take_word("IDX") {
            options.wants_positions = true;
        } else if args.take_word("LEN") {
            options.wants_length = true;
        } else if args.take_word("WITHMATCHLEN") {
            options.wants_run_lengths = true;
        } else if args.take_word("MINMATCHLEN") {
            options.run_length_min = args.integer()?;
        } else {
            return Err(CommandError::Syntax);
        }
    }
    if options.wants_positions && options.wants_length {
        return Err(CommandError::Text(
            "ERR If you want both the length and indexes, please just use IDX.",
        ));
    }
    Ok(options)
}

fn write_positions(matches: &[Match], options: Options, reply: &mut Reply<'_>) {
    let is_shown = |run: &&Match| run.first.len() as i64 >= options.run_length_min;
    reply.map(2);
    reply.bulk(b"matches");
    reply.array(matches.iter().filter(is_shown).count());
    for run in matches.iter().filter(is_shown) {
        reply.array(if options.wants_run_lengths { 3 } else { 2 });
        for range in [&run.first, &run.second] {
            reply.array(2);
            reply.integer(range.start as i64);
            reply.integer(range.end as i64 - 1);
        }
        if options.wants_run_lengths {
            reply.integer(run.first.len() as i64);
        }
    }
    reply.bulk(b"len");
    reply.integer(matches.iter().map(|run| run.first.len() as i64).sum());
}
