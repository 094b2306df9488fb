//! Transactions.

use fanfare_engine::command::{
    Args, Arity, Category, Command, CommandError, Flag, Group, KeyFlag, KeySpec, Keys,
};

use super::row::row;
use crate::context::{Context, SessionHandler};
use crate::session::Transaction;

const IMMEDIATE: &[Flag] =
    &[Flag::NoScript, Flag::Loading, Flag::Stale, Flag::Fast, Flag::AllowBusy, Flag::Immediate];

/// The family's commands.
pub const COMMANDS: &[Command<SessionHandler>] = &[
    row("DISCARD", Arity::Exactly(1), Keys::NONE, discard)
        .flags(IMMEDIATE)
        .categories(&[Category::Transaction])
        .group(Group::Transactions)
        .since("2.0.0")
        .complexity("O(N), when N is the number of queued commands")
        .summary("Forgets the queued requests."),
    row("EXEC", Arity::Exactly(1), Keys::NONE, exec)
        .flags(&[
            Flag::NoScript,
            Flag::Loading,
            Flag::Stale,
            Flag::SkipSlowlog,
            Flag::Immediate,
            Flag::RunsQueue,
        ])
        .categories(&[Category::Transaction])
        .group(Group::Transactions)
        .since("1.2.0")
        .complexity("Depends on commands in the transaction")
        .summary("Runs the queued requests as one."),
    row("MULTI", Arity::Exactly(1), Keys::NONE, multi)
        .flags(IMMEDIATE)
        .categories(&[Category::Transaction])
        .group(Group::Transactions)
        .since("1.2.0")
        .complexity("O(1)")
        .summary("Begins a transaction."),
    row("UNWATCH", Arity::Exactly(1), Keys::NONE, unwatch)
        .flags(&[Flag::NoScript, Flag::Loading, Flag::Stale, Flag::Fast, Flag::AllowBusy])
        .categories(&[Category::Transaction])
        .group(Group::Transactions)
        .since("2.2.0")
        .complexity("O(1)")
        .summary("Ends the watching of keys."),
    row("WATCH", Arity::AtLeast(2), Keys::of(&[KeySpec::from(1, &[KeyFlag::ReadOnly])]), watch)
        .flags(IMMEDIATE)
        .categories(&[Category::Transaction])
        .group(Group::Transactions)
        .since("2.2.0")
        .complexity("O(1) for every key.")
        .usage("key:key...")
        .summary("Watches keys: a transaction runs only if none of them has changed."),
];

/// `MULTI`.
fn multi(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let session = &mut context.connection().session;
    if session.transaction.is_some() {
        return Err(CommandError::Text("ERR MULTI calls can not be nested"));
    }
    session.transaction = Some(Box::new(Transaction::default()));
    context.reply().ok();
    Ok(())
}

/// `DISCARD`.
fn discard(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    if context.connection().session.transaction.is_none() {
        return Err(CommandError::Text("ERR DISCARD without MULTI"));
    }
    context.reactor.forget_transaction(context.key);
    context.reply().ok();
    Ok(())
}

/// `EXEC`.
fn exec(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    context.reactor.execute(context.key)
}

/// `WATCH`.
fn watch(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    if context.connection().session.transaction.is_some() {
        return Err(CommandError::Text("ERR WATCH inside MULTI is not allowed"));
    }
    context.reactor.watch(context.key, args);
    context.reply().ok();
    Ok(())
}

/// `UNWATCH`.
fn unwatch(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    context.reactor.unwatch(context.key);
    context.reply().ok();
    Ok(())
}
