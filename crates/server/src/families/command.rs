//! What the server can tell of its commands.

use std::sync::Arc;

use fanfare_engine::command::{
    Args, Arity, Category, Command, CommandError, Flag, Group, Keys, describe,
};

use super::help::help;
use super::row::row;
use crate::context::{Context, SessionHandler};

const COMMAND: &[Command<SessionHandler>] = &[
    row("COUNT", Arity::Exactly(2), Keys::NONE, count)
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Server)
        .since("2.8.13")
        .complexity("O(1)")
        .summary("Counts the commands."),
    row("DOCS", Arity::AtLeast(2), Keys::NONE, docs)
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Server)
        .since("7.0.0")
        .complexity("O(N) where N is the number of commands to look up")
        .usage("[command-name...]")
        .tips(&["nondeterministic_output_order"])
        .summary("Documents the named commands, or all."),
    row("GETKEYS", Arity::AtLeast(3), Keys::NONE, getkeys)
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Server)
        .since("2.8.13")
        .complexity("O(N) where N is the number of arguments to the command")
        .usage("command [arg...]")
        .summary("Lists the keys of a request."),
    row("GETKEYSANDFLAGS", Arity::AtLeast(3), Keys::NONE, getkeysandflags)
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Server)
        .since("7.0.0")
        .complexity("O(N) where N is the number of arguments to the command")
        .usage("command [arg...]")
        .summary("Lists the keys of a request, and what is done to each."),
    row("HELP", Arity::Exactly(2), Keys::NONE, help)
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Server)
        .since("5.0.0")
        .complexity("O(1)")
        .summary("Shows this text."),
    row("INFO", Arity::AtLeast(2), Keys::NONE, info)
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Server)
        .since("2.8.13")
        .complexity("O(N) where N is the number of commands to look up")
        .usage("[command-name...]")
        .tips(&["nondeterministic_output_order"])
        .history(&[("7.0.0", "Allowed to be called with no argument to get info on all commands.")])
        .summary("Lists the facts of the named commands, or of all."),
    row("LIST", Arity::AtLeast(2), Keys::NONE, list)
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Server)
        .since("7.0.0")
        .complexity("O(N) where N is the total number of Redis commands")
        .usage(
            "filterby=[FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern:pattern>]",
        )
        .tips(&["nondeterministic_output_order"])
        .summary("Lists names of commands, all or those that a filter admits."),
];

/// The family's commands.
pub const COMMANDS: &[Command<SessionHandler>] =
    &[row("COMMAND", Arity::AtLeast(1), Keys::NONE, command)
        .subcommands(COMMAND)
        .flags(&[Flag::Loading, Flag::Stale])
        .categories(&[Category::Connection])
        .group(Group::Server)
        .since("2.8.13")
        .complexity("O(N) where N is the total number of Redis commands")
        .tips(&["nondeterministic_output_order"])
        .summary("Lists the facts of every command.")];

/// `COMMAND`.
fn command(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let shared = Arc::clone(&context.reactor.shared);
    describe::all(&shared.commands, &mut context.reply());
    Ok(())
}

fn count(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let shared = Arc::clone(&context.reactor.shared);
    describe::count(&shared.commands, &mut context.reply());
    Ok(())
}

fn list(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let shared = Arc::clone(&context.reactor.shared);
    describe::list(&shared.commands, args, &mut context.reply())
}

fn info(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let shared = Arc::clone(&context.reactor.shared);
    describe::info(&shared.commands, args, &mut context.reply());
    Ok(())
}

fn docs(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let shared = Arc::clone(&context.reactor.shared);
    describe::docs(&shared.commands, args, &mut context.reply());
    Ok(())
}

fn getkeys(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let shared = Arc::clone(&context.reactor.shared);
    describe::get_keys(&shared.commands, args.request().from(2), &mut context.reply())
}

fn getkeysandflags(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    let shared = Arc::clone(&context.reactor.shared);
    describe::get_keys_and_flags(&shared.commands, args.request().from(2), &mut context.reply())
}
