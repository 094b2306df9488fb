//! Publish/subscribe commands.

use fanfare_engine::command::{
    Args, Arity, Command, CommandError, Flag, Group, KeyFlag, KeySpec, Keys, container,
};
use fanfare_protocol::Reply;
use fanfare_pubsub::{Kind, Message};
use fanfare_stdx::glob;

use super::help::help;
use super::row::row;
use crate::context::{Context, SessionHandler};
use crate::reactor::Mail;

/// Shard channels are routed as keys are, but are none.
const SHARD_CHANNEL: Keys = Keys::of(&[KeySpec::at(1, &[KeyFlag::NotKey])]);
const SHARD_CHANNELS: Keys = Keys::of(&[KeySpec::from(1, &[KeyFlag::NotKey])]);

/// The family's commands.
pub const COMMANDS: &[Command<SessionHandler>] = &[
    row("PSUBSCRIBE", Arity::AtLeast(2), Keys::NONE, psubscribe)
        .flags(&[Flag::PubSub, Flag::NoScript, Flag::Loading, Flag::Stale, Flag::SubscriberMode])
        .group(Group::PubSub)
        .since("2.0.0")
        .complexity("O(N) where N is the number of patterns to subscribe to.")
        .usage("pattern:pattern...")
        .summary("Listens to all channels whose names match the patterns."),
    row("PUBLISH", Arity::Exactly(3), Keys::NONE, publish)
        .flags(&[Flag::PubSub, Flag::Loading, Flag::Stale, Flag::Fast, Flag::MayReplicate])
        .group(Group::PubSub)
        .since("2.0.0")
        .complexity(
            "O(N+M) where N is the number of clients subscribed to the receiving channel and M is \
            the total number of subscribed patterns (by any client).",
        )
        .usage("channel message")
        .summary("Sends a message to a channel."),
    container("PUBSUB", Arity::AtLeast(2), PUBSUB)
        .group(Group::PubSub)
        .since("2.8.0")
        .complexity("Depends on subcommand.")
        .summary("What concerns the state of publish/subscribe."),
    row("PUNSUBSCRIBE", Arity::AtLeast(1), Keys::NONE, punsubscribe)
        .flags(&[Flag::PubSub, Flag::NoScript, Flag::Loading, Flag::Stale, Flag::SubscriberMode])
        .group(Group::PubSub)
        .since("2.0.0")
        .complexity("O(N) where N is the number of patterns to unsubscribe.")
        .usage("[pattern:pattern...]")
        .summary("Drops the patterns, or all."),
    row("SPUBLISH", Arity::Exactly(3), SHARD_CHANNEL, spublish)
        .flags(&[Flag::PubSub, Flag::Loading, Flag::Stale, Flag::Fast, Flag::MayReplicate])
        .group(Group::PubSub)
        .since("7.0.0")
        .complexity(
            "O(N) where N is the number of clients subscribed to the receiving shard channel.",
        )
        .usage("shardchannel message")
        .summary("Sends a message to a shard channel."),
    row("SSUBSCRIBE", Arity::AtLeast(2), SHARD_CHANNELS, ssubscribe)
        .flags(&[Flag::PubSub, Flag::NoScript, Flag::Loading, Flag::Stale, Flag::SubscriberMode])
        .group(Group::PubSub)
        .since("7.0.0")
        .complexity("O(N) where N is the number of shard channels to subscribe to.")
        .usage("shardchannel...")
        .summary("Listens to shard channels."),
    row("SUBSCRIBE", Arity::AtLeast(2), Keys::NONE, subscribe)
        .flags(&[Flag::PubSub, Flag::NoScript, Flag::Loading, Flag::Stale, Flag::SubscriberMode])
        .group(Group::PubSub)
        .since("2.0.0")
        .complexity("O(N) where N is the number of channels to subscribe to.")
        .usage("channel...")
        .summary("Listens to channels."),
    row("SUNSUBSCRIBE", Arity::AtLeast(1), SHARD_CHANNELS, sunsubscribe)
        .flags(&[Flag::PubSub, Flag::NoScript, Flag::Loading, Flag::Stale, Flag::SubscriberMode])
        .group(Group::PubSub)
        .since("7.0.0")
        .complexity("O(N) where N is the number of shard channels to unsubscribe.")
        .usage("[shardchannel...]")
        .summary("Stops listening to the shard channels, or to all."),
    row("UNSUBSCRIBE", Arity::AtLeast(1), Keys::NONE, unsubscribe)
        .flags(&[Flag::PubSub, Flag::NoScript, Flag::Loading, Flag::Stale, Flag::SubscriberMode])
        .group(Group::PubSub)
        .since("2.0.0")
        .complexity("O(N) where N is the number of channels to unsubscribe.")
        .usage("[channel...]")
        .summary("Stops listening to the channels, or to all."),
];

const PUBSUB: &[Command<SessionHandler>] = &[
    row("CHANNELS", Arity::AtLeast(2), Keys::NONE, pubsub_channels)
        .flags(&[Flag::PubSub, Flag::Loading, Flag::Stale])
        .group(Group::PubSub)
        .since("2.8.0")
        .complexity(
            "O(N) where N is the number of active channels, and assuming constant time pattern \
            matching (relatively short channels and patterns)",
        )
        .usage("[pattern:pattern]")
        .summary("Lists channels that have subscribers, all or those that match."),
    row("HELP", Arity::Exactly(2), Keys::NONE, help)
        .flags(&[Flag::Loading, Flag::Stale])
        .group(Group::PubSub)
        .since("6.2.0")
        .complexity("O(1)")
        .summary("Shows this text."),
    row("NUMPAT", Arity::Exactly(2), Keys::NONE, pubsub_numpat)
        .flags(&[Flag::PubSub, Flag::Loading, Flag::Stale])
        .group(Group::PubSub)
        .since("2.8.0")
        .complexity("O(1)")
        .summary("Counts distinct patterns that have subscribers."),
    row("NUMSUB", Arity::AtLeast(2), Keys::NONE, pubsub_numsub)
        .flags(&[Flag::PubSub, Flag::Loading, Flag::Stale])
        .group(Group::PubSub)
        .since("2.8.0")
        .complexity("O(N) for the NUMSUB subcommand, where N is the number of requested channels")
        .usage("[channel...]")
        .summary("Counts the subscribers of channels."),
    row("SHARDCHANNELS", Arity::AtLeast(2), Keys::NONE, pubsub_shardchannels)
        .flags(&[Flag::PubSub, Flag::Loading, Flag::Stale])
        .group(Group::PubSub)
        .since("7.0.0")
        .complexity(
            "O(N) where N is the number of active shard channels, and assuming constant time \
            pattern matching (relatively short shard channels).",
        )
        .usage("[pattern:pattern]")
        .summary("Lists shard channels that have subscribers, all or those that match."),
    row("SHARDNUMSUB", Arity::AtLeast(2), Keys::NONE, pubsub_shardnumsub)
        .flags(&[Flag::PubSub, Flag::Loading, Flag::Stale])
        .group(Group::PubSub)
        .since("7.0.0")
        .complexity(
            "O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard \
            channels",
        )
        .usage("[shardchannel...]")
        .summary("Counts the subscribers of shard channels."),
];

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
