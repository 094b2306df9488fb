//! `ROLE`, `SHUTDOWN`, `TIME`.

use std::time::Duration;

use fanfare_engine::command::{Args, CommandError};

use crate::context::Context;

/// `ROLE`: a primary without replicas, at offset 0.
pub(super) fn role(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let mut reply = context.reply();
    reply.array(3);
    reply.bulk(b"master");
    reply.integer(0);
    reply.array(0);
    Ok(())
}

pub(super) fn time(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let now = Duration::from_nanos(context.reactor.command_ns());
    let mut reply = context.reply();
    reply.array(2);
    reply.bulk(now.as_secs().to_string().as_bytes());
    reply.bulk(now.subsec_micros().to_string().as_bytes());
    Ok(())
}

/// `SHUTDOWN [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]`.
///
/// There is no data to save and no replica to wait for, so that all options but `ABORT` come to the same, and the
/// server stops at once: nothing could abort it.
pub(super) fn shutdown(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let (mut saves, mut saves_not, mut aborts, mut has_modifier) = (false, false, false, false);
    while !args.is_empty() {
        if args.take_word("SAVE") {
            saves = true;
        } else if args.take_word("NOSAVE") {
            saves_not = true;
        } else if args.take_word("NOW") || args.take_word("FORCE") {
            has_modifier = true;
        } else if args.take_word("ABORT") {
            aborts = true;
        } else {
            return Err(CommandError::Syntax);
        }
    }
    if (saves && saves_not) || (aborts && (saves || saves_not || has_modifier)) {
        return Err(CommandError::Syntax);
    }
    if aborts {
        return Err(CommandError::Text("ERR No shutdown in progress."));
    }
    context.shared().stop();
    context.close_after_output();
    Ok(())
}
