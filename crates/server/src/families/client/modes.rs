//! `CLIENT REPLY`, `NO-EVICT`, `NO-TOUCH`.

use fanfare_engine::command::{Args, CommandError};

use crate::context::Context;
use crate::session::ReplyMode;

pub(super) fn reply(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let mode = &mut context.connection().session.reply_mode;
    if args.take_word("ON") {
        *mode = ReplyMode::On;
        context.reply().ok();
    } else if args.take_word("OFF") {
        *mode = ReplyMode::Off;
    } else if args.take_word("SKIP") {
        if *mode != ReplyMode::Off {
            *mode = ReplyMode::SkipNext;
        }
    } else {
        return Err(CommandError::Syntax);
    }
    Ok(())
}

pub(super) fn no_evict(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    context.connection().session.is_eviction_exempt = is_on(args)?;
    context.reply().ok();
    Ok(())
}

pub(super) fn no_touch(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    context.connection().session.is_touch_exempt = is_on(args)?;
    context.reply().ok();
    Ok(())
}

fn is_on(mut args: Args<'_>) -> Result<bool, CommandError> {
    if args.take_word("ON") {
        Ok(true)
    } else if args.take_word("OFF") {
        Ok(false)
    } else {
        Err(CommandError::Syntax)
    }
}
