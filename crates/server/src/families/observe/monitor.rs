//! `MONITOR`.

use std::sync::atomic::Ordering;

use fanfare_engine::command::{Args, CommandError};

use crate::context::Context;

/// `MONITOR`: from now on the connection gets a line for each command. Asked again, it gets no reply, as in Redis.
pub(super) fn monitor(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    if context.reactor.executes() {
        return Err(CommandError::Text("ERR MONITOR isn't allowed for DENY BLOCKING client"));
    }
    let session = &mut context.connection().session;
    if session.is_monitor {
        return Ok(());
    }
    session.is_monitor = true;
    context.shared().monitors.fetch_add(1, Ordering::Relaxed);
    context.reply().ok();
    Ok(())
}
