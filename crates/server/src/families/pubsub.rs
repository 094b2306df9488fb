//! Publish/subscribe commands.

use fanfare_engine::command::{
    Args, Arity, Command, CommandError, Flag, Group, Keys, command, container,
};
use fanfare_protocol::Reply;
use fanfare_pubsub::{Kind, Message};
use fanfare_stdx::glob;

use crate::context::{Context, Handler};
use crate::reactor::Mail;

const SUBSCRIBER_FLAGS: &[Flag] =
    &[Flag::PubSub, Flag::NoScript, Flag::Loading, Flag::Stale, Flag::SubscriberMode];
const PUBLISH_FLAGS: &[Flag] =
    &[Flag::PubSub, Flag::Loading, Flag::Stale, Flag::Fast, Flag::MayReplicate];
const PUBSUB_FLAGS: &[Flag] = &[Flag::PubSub, Flag::Loading, Flag::Stale];

/// The family's commands.
pub const COMMANDS: &[Command<Handler>] = &[
    row("PSUBSCRIBE", Arity::AtLeast(2), psubscribe).flags(SUBSCRIBER_FLAGS),
    row("PUBLISH", Arity::Exactly(3), publish).flags(PUBLISH_FLAGS),
    container("PUBSUB", Arity::AtLeast(2), PUBSUB).group(Group::PubSub),
    row("PUNSUBSCRIBE", Arity::AtLeast(1), punsubscribe).flags(SUBSCRIBER_FLAGS),
    row("SPUBLISH", Arity::Exactly(3), spublish).flags(PUBLISH_FLAGS),
    row("SSUBSCRIBE", Arity::AtLeast(2), ssubscribe).flags(SUBSCRIBER_FLAGS),
    row("SUBSCRIBE", Arity::AtLeast(2), subscribe).flags(SUBSCRIBER_FLAGS),
    row("SUNSUBSCRIBE", Arity::AtLeast(1), sunsubscribe).flags(SUBSCRIBER_FLAGS),
    row("UNSUBSCRIBE", Arity::AtLeast(1), unsubscribe).flags(SUBSCRIBER_FLAGS),
];

const PUBSUB: &[Command<Handler>] = &[
    row("CHANNELS", Arity::AtLeast(2), pubsub_channels).flags(PUBSUB_FLAGS),
    row("NUMPAT", Arity::Exactly(2), pubsub_numpat).flags(PUBSUB_FLAGS),
    row("NUMSUB", Arity::AtLeast(2), pubsub_numsub).flags(PUBSUB_FLAGS),
    row("SHARDCHANNELS", Arity::AtLeast(2), pubsub_shardchannels).flags(PUBSUB_FLAGS),
    row("SHARDNUMSUB", Arity::AtLeast(2), pubsub_shardnumsub).flags(PUBSUB_FLAGS),
];

const fn row(name: &'static str, arity: Arity, handler: Handler) -> Command<Handler> {
    command(name, arity, Keys::NONE, handler).group(Group::PubSub)
}

fn subscribe(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    subscribe_to(context, args, Kind::Channel, "subscribe")
}

fn psubscribe(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    subscribe_to(context, args, Kind::Pattern, "psubscribe")
}

fn ssubscribe(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    subscribe_to(context, args, Kind::ShardChannel, "ssubscribe")
}

fn unsubscribe(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    unsubscribe_from(context, args, Kind::Channel, "unsubscribe")
}

fn punsubscribe(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    unsubscribe_from(context, args, Kind::Pattern, "punsubscribe")
}

fn sunsubscribe(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    unsubscribe_from(context, args, Kind::ShardChannel, "sunsubscribe")
}

fn publish(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    publish_to(context, args, Kind::Channel)
}

fn spublish(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    publish_to(context, args, Kind::ShardChannel)
}

fn subscribe_to(
    context: &mut Context<'_>,
    args: Args<'_>,
    kind: Kind,
    word: &str,
) -> Result<(), CommandError> {
    for name in args {
        if !context.reactor.is_subscribed(context.key, kind, name) {
            context.reactor.subscribe(context.key, kind, name);
        }
        confirm(context, kind, word, Some(name));
    }
    Ok(())
}

fn unsubscribe_from(
    context: &mut Context<'_>,
    args: Args<'_>,
    kind: Kind,
    word: &str,
) -> Result<(), CommandError> {
    if !args.is_empty() {
        for name in args {
            context.reactor.unsubscribe(context.key, kind, name);
            confirm(context, kind, word, Some(name));
        }
        return Ok(());
    }
    let names = context.reactor.subscriptions(context.key, kind);
    for name in &names {
        context.reactor.unsubscribe(context.key, kind, name);
        confirm(context, kind, word, Some(name));
    }
    if names.is_empty() {
        confirm(context, kind, word, None);
    }
    Ok(())
}

/// Tells a client what it has subscribed to, or not any more, and how many subscriptions it has now: of channels and
/// patterns together, or of shard channels.
fn confirm(context: &mut Context<'_>, kind: Kind, word: &str, name: Option<&[u8]>) {
    let connection = context.connection();
    let count = match kind {
        Kind::ShardChannel => connection.memberships.count(Kind::ShardChannel),
        Kind::Channel | Kind::Pattern => connection.channels_and_patterns(),
    };
    let mut reply: Reply<'_> = context.push();
    reply.push(3);
    reply.bulk(word.as_bytes());
    match name {
        Some(name) => reply.bulk(name),
        None => reply.null(),
    }
    reply.integer(count as i64);
}

fn publish_to(
    context: &mut Context<'_>,
    mut args: Args<'_>,
    kind: Kind,
) -> Result<(), CommandError> {
    let (channel, payload) = (args.required()?, args.required()?);
    if !Message::fits(channel, payload) {
        return Err(CommandError::Text("ERR message is too large"));
    }
    let shared = context.shared();
    let receivers = shared.registry.publish(kind, channel, payload, |reactor, message| {
        shared.send(reactor, Mail::Deliver(message));
    });
    context.reply().integer(receivers as i64);
    Ok(())
}

fn pubsub_channels(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    list_channels(context, args, Kind::Channel)
}

fn pubsub_shardchannels(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    list_channels(context, args, Kind::ShardChannel)
}

fn pubsub_numsub(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    count_subscribers(context, args, Kind::Channel)
}

fn pubsub_shardnumsub(context: &mut Context<'_>, args: Args<'_>) -> Result<(), CommandError> {
    count_subscribers(context, args, Kind::ShardChannel)
}

fn pubsub_numpat(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let patterns = context.shared().registry.len(Kind::Pattern);
    context.reply().integer(patterns as i64);
    Ok(())
}

fn list_channels(
    context: &mut Context<'_>,
    mut args: Args<'_>,
    kind: Kind,
) -> Result<(), CommandError> {
    if args.len() > 1 {
        let subcommand = args.request().arg(1);
        return Err(CommandError::unknown_subcommand_or_arity(b"PUBSUB", subcommand));
    }
    let pattern = args.next();
    let mut found = Vec::new();
    context.shared().registry.for_each_channel(kind, |channel| {
        if pattern.is_none_or(|pattern| glob::matches(pattern, channel)) {
            found.push(channel.to_vec());
        }
    });
    let mut reply = context.reply();
    reply.array(found.len());
    found.iter().for_each(|channel| reply.bulk(channel));
    Ok(())
}

fn count_subscribers(
    context: &mut Context<'_>,
    args: Args<'_>,
    kind: Kind,
) -> Result<(), CommandError> {
    let counts: Vec<u64> =
        args.clone().map(|name| context.shared().registry.subscribers(kind, name)).collect();
    let mut reply = context.reply();
    reply.array(counts.len() * 2);
    for (name, count) in args.zip(counts) {
        reply.bulk(name);
        reply.integer(count as i64);
    }
    Ok(())
}
