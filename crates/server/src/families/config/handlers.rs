//! The handlers of `CONFIG`.

use fanfare_engine::command::{Args, CommandError};

use super::apply::change;
use crate::config::{self, ClientOrigin, RewriteError};
use crate::context::Context;
use crate::host::log;
use crate::host::os_error::os_error_text;
use crate::reactor::Findings;

/// `CONFIG GET pattern [pattern ...]`.
pub(super) fn get(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let patterns: Vec<&[u8]> = args.collect();
    let found = config::get(context.config(), &patterns);
    let mut reply = context.reply();
    reply.map(found.len());
    for (name, value) in found {
        reply.bulk(&name);
        reply.bulk(&value);
    }
    Ok(())
}

/// `CONFIG SET parameter value [parameter value ...]`: all or nothing.
///
/// The first reactor makes all changes, one after the other: it owns the listeners, and so no change can be lost to
/// another one.
pub(super) fn set(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let arguments: Vec<Vec<u8>> = args.map(<[u8]>::to_vec).collect();
    let is_local = context.connection().peer.is_local();
    let origin = if is_local { ClientOrigin::Local } else { ClientOrigin::Remote };
    context.visit_reactors(
        move |reactor| {
            let mut findings = Findings::default();
            if reactor.id.0 == 0
                && let Err(error) = change(reactor, &arguments, origin)
            {
                findings.texts.push((0, error.message()));
            }
            findings
        },
        |context, findings| {
            // The client's next request finds what it set.
            context.reactor.renew_config();
            if let Some((_, error)) = findings.texts.into_iter().next() {
                return Err(CommandError::echo(error));
            }
            context.reply().ok();
            Ok(())
        },
    )
}

/// `CONFIG RESETSTAT`.
pub(super) fn reset_stat(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    context.shared().observed.stats.reset();
    context.shared().observed.memory_exceeded.reset();
    context.reply().ok();
    Ok(())
}

/// `CONFIG REWRITE`.
pub(super) fn rewrite(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let rewritten = match &context.shared().process.config_file {
        None => Err(RewriteError::NoFile),
        Some(path) => config::rewrite(context.config(), path),
    };
    match rewritten {
        Ok(()) => {
            log::notice(format_args!("CONFIG REWRITE executed with success."));
            context.reply().ok();
            Ok(())
        }
        Err(error) => {
            if let RewriteError::Io(source) = &error {
                log::warning(format_args!("CONFIG REWRITE failed: {}", os_error_text(source)));
            }
            Err(CommandError::echo(error.message()))
        }
    }
}
