//! `CLIENT TRACKING`, `CACHING`, `TRACKINGINFO`, `GETREDIR`.

use std::collections::BTreeSet;

use fanfare_engine::command::{Args, CommandError};
use fanfare_engine::keyspace::Client;

use crate::context::Context;
use crate::reactor::Findings;
use crate::session::{Caching, ClientTracking, TrackingMode};

/// The words of `CLIENT TRACKING ON`.
#[derive(Clone, Debug, Default)]
struct Options {
    redirect: Option<i64>,
    opts_in: bool,
    opts_out: bool,
    broadcasts: bool,
    skips_own: bool,
    prefixes: Vec<Box<[u8]>>,
}

/// `CLIENT TRACKING ON | OFF [REDIRECT id] [PREFIX prefix]... [BCAST] [OPTIN] [OPTOUT] [NOLOOP]`.
pub(super) fn tracking(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let switch = args.required()?.to_ascii_uppercase();
    let mut options = Options::default();
    let parsed = parse(args, &mut options);
    let Some(target) = options.redirect else {
        parsed?;
        return switch_tracking(context, &switch, options, None);
    };
    // As in Redis, that there is no such client is said before what is wrong behind its number.
    context.visit_reactors(
        move |reactor| {
            let target = u64::try_from(target).ok();
            let meant = reactor.connections().find(|(_, one)| Some(one.session.id) == target);
            let client = meant.map(|(key, one)| Client {
                reactor: reactor.id.0,
                connection: key,
                id: one.session.id,
            });
            Findings { client, ..Findings::default() }
        },
        move |context, findings| {
            let Some(target) = findings.client else {
                return Err(CommandError::Text(
                    "ERR The client ID you want redirect to does not exist",
                ));
            };
            parsed?;
            switch_tracking(context, &switch, options, Some(target))
        },
    )
}

fn parse(mut args: Args<'_>, options: &mut Options) -> Result<(), CommandError> {
    while !args.is_empty() {
        if args.len() > 1 && args.take_word("REDIRECT") {
            if options.redirect.is_some() {
                return Err(CommandError::Text(
                    "ERR A client can only redirect to a single other client",
                ));
            }
            options.redirect = Some(args.integer()?);
        } else if args.take_word("BCAST") {
            options.broadcasts = true;
        } else if args.take_word("OPTIN") {
            options.opts_in = true;
        } else if args.take_word("OPTOUT") {
            options.opts_out = true;
        } else if args.take_word("NOLOOP") {
            options.skips_own = true;
        } else if args.len() > 1 && args.take_word("PREFIX") {
            options.prefixes.push(args.required()?.into());
        } else {
            return Err(CommandError::Syntax);
        }
    }
    Ok(())
}

fn switch_tracking(
    context: &mut Context<'_>,
    switch: &[u8],
    options: Options,
    redirect: Option<Client>,
) -> Result<(), CommandError> {
    match switch {
        b"ON" => {
            let old = context.connection().session.tracking.as_deref().cloned();
            let tracking = tracking_of(options, redirect, old.as_ref())?;
            context.reactor.set_tracking(context.key, tracking);
        }
        b"OFF" => context.reactor.end_tracking(context.key),
        _ => return Err(CommandError::Syntax),
    }
    context.reply().ok();
    Ok(())
}

/// What the words ask for, if they fit together and fit what the connection has.
fn tracking_of(
    options: Options,
    redirect: Option<Client>,
    old: Option<&ClientTracking>,
) -> Result<ClientTracking, CommandError> {
    let Options { opts_in, opts_out, broadcasts, skips_own, prefixes, .. } = options;
    let error = |text| Err(CommandError::Text(text));
    if !broadcasts && !prefixes.is_empty() {
        return error("ERR PREFIX option requires BCAST mode to be enabled");
    }
    if old.is_some_and(|old| old.prefixes().is_some() != broadcasts) {
        return error(
            "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and \
             then re-enabling it with a different mode.",
        );
    }
    if broadcasts && (opts_in || opts_out) {
        return error("ERR OPTIN and OPTOUT are not compatible with BCAST");
    }
    if opts_in && opts_out {
        return error("ERR You can't specify both OPTIN mode and OPTOUT mode");
    }
    let old_mode = old.map(|old| &old.mode);
    if opts_in && old_mode == Some(&TrackingMode::OptOut)
        || opts_out && old_mode == Some(&TrackingMode::OptIn)
    {
        return error(
            "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and \
             then re-enabling it with a different mode.",
        );
    }
    let mode = if broadcasts {
        let known = old.and_then(ClientTracking::prefixes).cloned().unwrap_or_default();
        TrackingMode::Prefixes(with_prefixes(known, prefixes)?)
    } else if opts_in {
        TrackingMode::OptIn
    } else if opts_out {
        TrackingMode::OptOut
    } else {
        TrackingMode::Reads
    };
    let caching = old.map_or(Caching::Usual, |old| old.caching);
    Ok(ClientTracking { mode, skips_own, redirect, is_redirect_broken: false, caching })
}

/// Adds prefixes to those of a client; none may begin with another.
fn with_prefixes(
    mut known: BTreeSet<Box<[u8]>>,
    added: Vec<Box<[u8]>>,
) -> Result<BTreeSet<Box<[u8]>>, CommandError> {
    let overlap = |one: &[u8], other: &[u8]| one.starts_with(other) || other.starts_with(one);
    let error = |prefix: &[u8], what: &str, other: &[u8]| {
        let words: [&[u8]; 7] = [
            b"ERR Prefix '",
            prefix,
            b"' overlaps with an",
            what.as_bytes(),
            b" prefix '",
            other,
            b"'. Prefixes for a single client must not overlap.",
        ];
        Err(CommandError::echo(words.concat()))
    };
    for (index, prefix) in added.iter().enumerate() {
        if let Some(other) = known.iter().find(|other| overlap(prefix, other)) {
            return error(prefix, " existing", other);
        }
        if let Some(other) = added[index + 1..].iter().find(|other| overlap(prefix, other)) {
            return error(prefix, "other provided", other);
        }
    }
    if added.is_empty() {
        known.insert(Box::default());
    }
    known.extend(added);
    Ok(known)
}

/// `CLIENT CACHING YES | NO`.
pub(super) fn caching(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let tracking = context.connection().session.tracking.as_deref_mut();
    let Some(tracking) = tracking else {
        return Err(CommandError::Text(
            "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN \
             or OPTOUT mode enabled",
        ));
    };
    if args.take_word("YES") {
        if tracking.mode != TrackingMode::OptIn {
            return Err(CommandError::Text(
                "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.",
            ));
        }
        tracking.caching = Caching::Yes;
    } else if args.take_word("NO") {
        if tracking.mode != TrackingMode::OptOut {
            return Err(CommandError::Text(
                "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.",
            ));
        }
        tracking.caching = Caching::No;
    } else {
        return Err(CommandError::Syntax);
    }
    context.reply().ok();
    Ok(())
}

/// `CLIENT GETREDIR`: -1 without tracking, 0 without a redirection.
pub(super) fn getredir(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let redirect = context.connection().session.redirect();
    context.reply().integer(redirect);
    Ok(())
}

/// `CLIENT TRACKINGINFO`.
pub(super) fn trackinginfo(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let session = &context.connection().session;
    let redirect = session.redirect();
    let tracking = session.tracking.as_deref().cloned();
    let flags = flags(tracking.as_ref());
    let mut reply = context.reply();
    reply.map(3);
    reply.bulk(b"flags");
    reply.set(flags.len());
    flags.iter().for_each(|flag| reply.bulk(flag.as_bytes()));
    reply.bulk(b"redirect");
    reply.integer(redirect);
    reply.bulk(b"prefixes");
    let prefixes = tracking.as_ref().and_then(ClientTracking::prefixes);
    reply.array(prefixes.map_or(0, BTreeSet::len));
    prefixes.into_iter().flatten().for_each(|prefix| reply.bulk(prefix));
    Ok(())
}

fn flags(tracking: Option<&ClientTracking>) -> Vec<&'static str> {
    let Some(tracking) = tracking else { return vec!["off"] };
    let mode = match tracking.mode {
        TrackingMode::Reads => None,
        TrackingMode::OptIn => Some("optin"),
        TrackingMode::OptOut => Some("optout"),
        TrackingMode::Prefixes(_) => Some("bcast"),
    };
    let caching = match tracking.caching {
        Caching::Usual => None,
        Caching::Yes => Some("caching-yes"),
        Caching::No => Some("caching-no"),
    };
    let own = tracking.skips_own.then_some("noloop");
    let redirect = tracking.is_redirect_broken.then_some("broken_redirect");
    [Some("on"), mode, caching, own, redirect].into_iter().flatten().collect()
}
