//! `CLIENT UNBLOCK`.

use fanfare_engine::command::{Args, CommandError};

use crate::context::Context;
use crate::reactor::{Findings, Reactor, UnblockReason};

/// `CLIENT UNBLOCK id [TIMEOUT | ERROR]`: 1 if that client waited, and waits no more.
pub(super) fn unblock(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    if args.len() > 2 {
        let name = args.request().arg(1);
        return Err(CommandError::unknown_subcommand_or_arity(b"CLIENT", name));
    }
    let reason = match args.get(1).map(<[u8]>::to_ascii_uppercase).as_deref() {
        None | Some(b"TIMEOUT") => UnblockReason::Timeout,
        Some(b"ERROR") => UnblockReason::Error,
        Some(_) => {
            return Err(CommandError::Text("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"));
        }
    };
    let id = args.integer()?;
    context.visit_reactors(
        move |reactor| Findings { count: end_waiting(reactor, id, reason), ..Findings::default() },
        |context, findings| {
            context.reply().integer(findings.count as i64);
            Ok(())
        },
    )
}

/// How many clients of this reactor have the number and waited: one at most.
fn end_waiting(reactor: &mut Reactor, id: i64, reason: UnblockReason) -> u64 {
    let meant = reactor.connections().find(|(_, one)| u64::try_from(id) == Ok(one.session.id));
    let Some((key, _)) = meant else { return 0 };
    u64::from(reactor.unblock(key, reason))
}
