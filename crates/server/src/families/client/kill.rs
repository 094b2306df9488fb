//! `CLIENT KILL`.

use fanfare_engine::command::{Args, CommandError};

use super::filter::ClientFilter;
use crate::context::Context;
use crate::reactor::{Findings, Reactor};

/// `CLIENT KILL ip:port`, which answers OK, or `CLIENT KILL option value...`, which answers how many were closed.
pub(super) fn kill(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let is_old_form = args.len() == 1;
    let filter = ClientFilter::parse_kill(args)?;
    let own_id = context.connection().session.id;
    let others = filter.clone();
    context.visit_reactors(
        move |reactor| close_others(reactor, &others, own_id),
        move |context, findings| {
            let killed = findings.count + u64::from(close_own(context, &filter));
            match killed {
                0 if is_old_form => return Err(CommandError::Text("ERR No such client")),
                _ if is_old_form => context.reply().ok(),
                killed => context.reply().integer(killed as i64),
            }
            Ok(())
        },
    )
}

fn close_others(reactor: &mut Reactor, filter: &ClientFilter, own_id: u64) -> Findings {
    let now = reactor.now();
    let is_meant = |connection: &crate::session::Connection| {
        connection.session.id != own_id && !connection.is_doomed && filter.admits(connection, now)
    };
    let meant = reactor.connections().filter(|(_, connection)| is_meant(connection));
    let keys: Vec<_> = meant.map(|(key, _)| key).collect();
    for &key in &keys {
        reactor.doom(key);
    }
    Findings { count: keys.len() as u64, ..Findings::default() }
}

/// The command's own connection is closed once it has its answer.
fn close_own(context: &mut Context<'_>, filter: &ClientFilter) -> bool {
    let now = context.reactor.now();
    let is_meant = filter.includes_self && filter.admits(context.connection(), now);
    if is_meant {
        context.close_after_output();
    }
    is_meant
}
