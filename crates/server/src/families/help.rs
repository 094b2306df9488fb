//! `HELP` of every container.

use std::sync::Arc;

use fanfare_engine::command::{Args, CommandError, describe};

use crate::context::Context;

/// `<container> HELP`: what the table says of its subcommands.
pub(super) fn help(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let shared = Arc::clone(&context.reactor.shared);
    let Some(container) = shared.commands.find_name(args.request().arg(0)) else {
        return Err(CommandError::Syntax);
    };
    describe::help(&shared.commands, container, &mut context.reply());
    Ok(())
}
