//! Waiting until copies of what was written are there.
//!
//! There are no replicas yet, so that none ever has anything: to wait for one is to wait for the time to be over.

use std::time::Duration;

use fanfare_protocol::Reply;

use super::DataHandler;
use super::row::block;
use super::timeout::timeout_ms;
use crate::command::{Args, Arity, Category, Command, CommandError, Flag, Group, Keys};
use crate::keyspace::{Nothing, Wait, WriteKeys};

/// The family's commands.
pub const COMMANDS: &[Command<DataHandler>] = &[
    block("WAIT", Arity::Exactly(3), Keys::NONE, wait)
        .flags(&[Flag::Blocking])
        .categories(&[Category::Connection])
        .group(Group::Generic)
        .since("3.0.0")
        .complexity("O(1)")
        .usage("numreplicas:integer timeout:integer")
        .tips(&["request_policy:all_shards", "response_policy:agg_min"])
        .summary("Waits until so many replicas have the writes of this connection."),
    block("WAITAOF", Arity::Exactly(4), Keys::NONE, waitaof)
        .flags(&[Flag::Blocking])
        .categories(&[Category::Connection])
        .group(Group::Generic)
        .since("7.2.0")
        .complexity("O(1)")
        .usage("numlocal:integer numreplicas:integer timeout:integer")
        .tips(&["request_policy:all_shards", "response_policy:agg_min"])
        .summary("Waits until the writes of this connection are on disk, here and on replicas."),
];

/// `WAIT replicas timeout`.
fn wait(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    let replicas = args.integer()?;
    let timeout = timeout_ms(&mut args, keys.now_ms())?;
    if replicas > 0 {
        return Ok(Some(waiting(timeout, Nothing::NoReplica)));
    }
    reply.integer(0);
    Ok(None)
}

/// `WAITAOF local replicas timeout`.
fn waitaof(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    let local = args.integer()?;
    if !(0..=1).contains(&local) {
        return Err(CommandError::Text("ERR value is out of range, value must between 0 and 1"));
    }
    let replicas = args
        .required()
        .ok()
        .and_then(fanfare_stdx::number::parse_i64)
        .filter(|&replicas| replicas >= 0)
        .ok_or(CommandError::NotPositive)?;
    let timeout = timeout_ms(&mut args, keys.now_ms())?;
    if local > 0 {
        return Err(CommandError::Text(
            "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.",
        ));
    }
    if replicas > 0 {
        return Ok(Some(waiting(timeout, Nothing::NoCopies)));
    }
    reply.array(2);
    reply.integer(0);
    reply.integer(0);
    Ok(None)
}

/// Waiting for nothing but the end of the time.
fn waiting(timeout: Option<Duration>, nothing: Nothing) -> Wait {
    Wait {
        keys: 0,
        of: None,
        even_gone: false,
        timeout,
        nothing,
        give_back: None,
        again: None,
        look_again_ms: None,
    }
}
