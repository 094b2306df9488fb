//! `CLIENT PAUSE` and `UNPAUSE`.

use std::time::Duration;

use fanfare_engine::command::{Args, CommandError};
use fanfare_stdx::number::parse_i64;

use crate::context::Context;
use crate::pause::PauseScope;
use crate::reactor::Mail;

/// Longest pause: a century, which the clock can always be moved ahead by.
const PAUSE_MAX: Duration = Duration::from_secs(3_200_000_000);

/// `CLIENT PAUSE timeout [WRITE | ALL]`, in milliseconds.
pub(super) fn pause(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let given = args.required()?;
    let scope = if args.len() > 1 {
        let subcommand = args.request().arg(1);
        return Err(CommandError::unknown_subcommand_or_arity(b"CLIENT", subcommand));
    } else if args.is_empty() || args.take_word("ALL") {
        PauseScope::All
    } else if args.take_word("WRITE") {
        PauseScope::Writes
    } else {
        return Err(CommandError::Text("ERR CLIENT PAUSE mode must be WRITE or ALL"));
    };
    let timeout_ms = parse_i64(given)
        .ok_or(CommandError::Text("ERR timeout is not an integer or out of range"))?;
    let timeout_ms =
        u64::try_from(timeout_ms).map_err(|_| CommandError::Text("ERR timeout is negative"))?;
    let now = context.reactor.now();
    let end = now + Duration::from_millis(timeout_ms).min(PAUSE_MAX);
    context.shared().pause.set(end, scope, now);
    context.reply().ok();
    Ok(())
}

pub(super) fn unpause(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let shared = context.shared();
    shared.pause.clear();
    // Every reactor may hold requests back.
    shared.send_to_all(|| Mail::LookAround);
    context.reply().ok();
    Ok(())
}
