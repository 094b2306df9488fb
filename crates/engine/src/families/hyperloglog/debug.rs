//! `PFDEBUG` and `PFSELFTEST`.

use fanfare_data::hyperloglog::{self as sketch, Encoding, Union, runs, self_test};
use fanfare_protocol::Reply;

use super::count::{corrupt, sketch_of, store};
use crate::command::{Args, CommandError};
use crate::keyspace::{ReadKeys, WriteKeys};

/// Longest run of zeros that is written in one byte, and shown with a small letter.
const SHORT_ZEROS_BYTES: usize = 1;

/// `PFDEBUG`.
pub(super) fn pfdebug(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (subcommand, key) = (args.required()?, args.required()?);
    let is = |name: &str| subcommand.eq_ignore_ascii_case(name.as_bytes());
    if is("SIMD") {
        return simd(key, reply);
    }
    let entry = keys.peek(key).ok_or(CommandError::Text("ERR The specified key does not exist"))?;
    let (bytes, encoding) = sketch_of(entry)?;
    if is("GETREG") {
        let mut union = Union::default();
        union.add(bytes).map_err(corrupt)?;
        if encoding == Encoding::Sparse {
            make_dense(keys, key)?;
        }
        reply.array(union.values().len());
        union.values().iter().for_each(|value| reply.integer(i64::from(*value)));
    } else if is("DECODE") {
        if encoding == Encoding::Dense {
            return Err(CommandError::Text("ERR HLL encoding is not sparse"));
        }
        reply.bulk(shown_runs(bytes).as_bytes());
    } else if is("ENCODING") {
        reply.simple(match encoding {
            Encoding::Dense => "dense",
            Encoding::Sparse => "sparse",
        });
    } else if is("TODENSE") {
        if encoding == Encoding::Sparse {
            make_dense(keys, key)?;
        }
        reply.integer(i64::from(encoding == Encoding::Sparse));
    } else {
        return Err(CommandError::naming("ERR Unknown PFDEBUG subcommand '", subcommand, "'"));
    }
    Ok(())
}

/// There is one way of counting here, and it is no matter which is asked for.
fn simd(word: &[u8], reply: &mut Reply<'_>) -> Result<(), CommandError> {
    if word.eq_ignore_ascii_case(b"ON") {
        reply.simple("enabled");
    } else if word.eq_ignore_ascii_case(b"OFF") {
        reply.simple("disabled");
    } else {
        return Err(CommandError::Text("ERR Argument must be ON or OFF"));
    }
    Ok(())
}

fn make_dense(keys: &mut WriteKeys<'_>, key: &[u8]) -> Result<(), CommandError> {
    let Some(entry) = keys.peek(key) else { return Ok(()) };
    let dense = sketch::to_dense(sketch_of(entry)?.0).map_err(corrupt)?;
    store(keys, key, &dense);
    keys.changed_quietly(key);
    Ok(())
}

/// The runs of a sparse HyperLogLog: `z` or `Z` for zeros in one byte or two, `v` for values.
fn shown_runs(bytes: &[u8]) -> String {
    let runs = runs(bytes).map(|run| match (run.value, run.bytes) {
        (0, SHORT_ZEROS_BYTES) => format!("z:{}", run.length),
        (0, _) => format!("Z:{}", run.length),
        (value, _) => format!("v:{value},{}", run.length),
    });
    runs.collect::<Vec<_>>().join(" ")
}

/// `PFSELFTEST`.
pub(super) fn pfselftest(
    keys: &mut ReadKeys<'_>,
    _: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    self_test(keys.random())
        .map_err(|what| CommandError::echo(format!("TESTFAILED {what} of a HyperLogLog")))?;
    reply.ok();
    Ok(())
}
