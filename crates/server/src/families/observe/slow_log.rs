//! `SLOWLOG`.

use fanfare_engine::command::{Args, CommandError};
use fanfare_protocol::Reply;
use fanfare_stdx::number::parse_i64;

use crate::context::Context;
use crate::observe::SlowRequest;

/// Entries that `SLOWLOG GET` shows unless asked for more or fewer.
const ENTRIES_DEFAULT: usize = 10;

/// `SLOWLOG GET [count]`.
pub(super) fn get(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    const BAD_COUNT: CommandError =
        CommandError::Text("ERR count should be greater than or equal to -1");
    if args.len() > 1 {
        let request = args.request();
        return Err(CommandError::unknown_subcommand_or_arity(b"SLOWLOG", request.arg(1)));
    }
    let entries_max = match args.next() {
        None => ENTRIES_DEFAULT,
        Some(count) => match parse_i64(count).ok_or(BAD_COUNT)? {
            -1 => usize::MAX,
            count => usize::try_from(count).map_err(|_| BAD_COUNT)?,
        },
    };
    // Copied, so that nobody waits while the reply is written.
    let log = context.shared().observed.slow_log.lock();
    let entries: Vec<(u64, SlowRequest)> = log.latest(entries_max).cloned().collect();
    drop(log);
    let mut reply = context.reply();
    reply.array(entries.len());
    entries.iter().for_each(|(id, request)| write(*id, request, &mut reply));
    Ok(())
}

/// `SLOWLOG LEN`.
pub(super) fn len(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let length = context.shared().observed.slow_log.lock().len();
    context.reply().integer(length as i64);
    Ok(())
}

/// `SLOWLOG RESET`.
pub(super) fn reset(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    context.shared().observed.slow_log.lock().reset();
    context.reply().ok();
    Ok(())
}

fn write(id: u64, request: &SlowRequest, reply: &mut Reply<'_>) {
    reply.array(6);
    reply.integer(id as i64);
    reply.integer(request.at_s as i64);
    reply.integer(request.duration_us as i64);
    reply.array(request.args.len());
    request.args.iter().for_each(|arg| reply.bulk(arg));
    reply.bulk(request.address.as_bytes());
    reply.bulk(&request.name);
}
