//! `CLIENT LIST` and `CLIENT INFO`.

use fanfare_engine::command::{Args, CommandError};
use fanfare_stdx::number::parse_i64;

use super::filter::{ClientFilter, ClientKind};
use crate::context::Context;
use crate::reactor::Findings;

pub(super) fn info(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let line = context.reactor.describe(context.key) + "\n";
    context.reply().verbatim(*b"txt", line.as_bytes());
    Ok(())
}

/// `CLIENT LIST [TYPE type | ID id...]`. Connections come in the order of their numbers, or as `ID` names them.
pub(super) fn list(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let mut ids = None;
    let mut filter = ClientFilter::default();
    if args.len() == 2 && args.take_word("TYPE") {
        filter.kind = Some(ClientKind::parse(args.required()?)?);
    } else if args.len() >= 2 && args.take_word("ID") {
        ids = Some(parse_ids(args)?);
    } else if !args.is_empty() {
        return Err(CommandError::Syntax);
    }
    let wanted = ids.clone();
    context.visit_reactors(
        move |reactor| {
            let mut findings = Findings::default();
            for (key, connection) in reactor.connections() {
                let id = connection.session.id;
                let is_wanted = wanted.as_ref().is_none_or(|ids| ids.contains(&id));
                if is_wanted && filter.admits(connection, reactor.now()) {
                    findings.texts.push((id, reactor.describe(key).into_bytes()));
                }
            }
            findings
        },
        move |context, findings| {
            let text = match ids {
                None => join(findings.texts.iter().map(|(_, line)| line)),
                Some(ids) => join(ids.iter().filter_map(|id| find(&findings, *id))),
            };
            context.reply().verbatim(*b"txt", &text);
            Ok(())
        },
    )
}

fn parse_ids(args: Args<'_>) -> Result<Vec<u64>, CommandError> {
    let parse = |arg: &[u8]| {
        let id = parse_i64(arg).ok_or(CommandError::Text("ERR Invalid client ID"))?;
        // No client has a number below one.
        Ok(u64::try_from(id).unwrap_or(0))
    };
    args.map(parse).collect()
}

fn find(findings: &Findings, id: u64) -> Option<&Vec<u8>> {
    let index = findings.texts.binary_search_by_key(&id, |(number, _)| *number).ok()?;
    findings.texts.get(index).map(|(_, line)| line)
}

fn join<'a>(lines: impl Iterator<Item = &'a Vec<u8>>) -> Vec<u8> {
    let mut text = Vec::new();
    for line in lines {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text
}
