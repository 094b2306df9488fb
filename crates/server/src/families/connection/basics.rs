//! `PING`, `ECHO`, `SELECT`, `RESET`, `QUIT`.

use std::sync::atomic::Ordering;

use fanfare_engine::command::{Args, CommandError};
use fanfare_protocol::RespVersion;
use fanfare_pubsub::Kind;

use super::hello::initially_authenticated;
use crate::context::Context;
use crate::session::ReplyMode;

/// `PING [message]`.
pub(super) fn ping(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    if args.len() > 1 {
        return Err(CommandError::WrongArity { container: None, name: "PING" });
    }
    let message = args.get(0);
    let connection = context.connection();
    let is_subscriber = connection.is_subscriber();
    let mut reply = context.reply();
    if is_subscriber && reply.version() == RespVersion::Resp2 {
        // Such a client expects nothing but frames of the form of messages.
        reply.array(2);
        reply.bulk(b"pong");
        reply.bulk(message.unwrap_or_default());
        return Ok(());
    }
    match message {
        None => reply.simple("PONG"),
        Some(message) => reply.bulk(message),
    }
    Ok(())
}

/// `ECHO message`.
pub(super) fn echo(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let message = args.required()?;
    context.reply().bulk(message);
    Ok(())
}

/// What a number beyond C's `int` gets.
const INDEX_OUT_OF_RANGE: CommandError =
    CommandError::Text("ERR value is out of range, value must between -2147483648 and 2147483647");

/// `SELECT index`.
pub(super) fn select(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let index = i32::try_from(args.integer()?).map_err(|_| INDEX_OUT_OF_RANGE)?;
    let databases = context.config().databases;
    match u32::try_from(index) {
        Ok(index) if index < databases => context.connection().session.database = index,
        _ => return Err(CommandError::Text("ERR DB index is out of range")),
    }
    context.reply().ok();
    Ok(())
}

/// `RESET`: forgets everything but the client's library, and what `CLIENT LIST` counts.
pub(super) fn reset(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    for kind in [Kind::Channel, Kind::Pattern, Kind::ShardChannel] {
        for name in context.reactor.subscriptions(context.key, kind) {
            context.reactor.unsubscribe(context.key, kind, &name);
        }
    }
    context.reactor.forget_transaction(context.key);
    context.reactor.end_tracking(context.key);
    let is_authenticated = initially_authenticated(context.config());
    let session = &mut context.connection().session;
    let was_monitor = std::mem::take(&mut session.is_monitor);
    session.version = RespVersion::Resp2;
    session.database = 0;
    session.is_authenticated = is_authenticated;
    // A reply that is to be skipped is this one.
    if session.reply_mode != ReplyMode::Skip {
        session.reply_mode = ReplyMode::On;
    }
    session.is_eviction_exempt = false;
    session.is_touch_exempt = false;
    session.name = Box::default();
    if was_monitor {
        context.shared().monitors.fetch_sub(1, Ordering::Relaxed);
    }
    context.reply().simple("RESET");
    Ok(())
}

/// `QUIT`.
pub(super) fn quit(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    context.reply().ok();
    context.close_after_output();
    Ok(())
}
