//! `XREAD`.

use fanfare_data::object::Type;
use fanfare_data::stream::{Stream, StreamId};
use fanfare_protocol::{OwnedRequest, Reply, Request};

use super::entry::write_entries;
use super::ids::id;
use super::read_options::{Block, ReadOptions, Reader};
use super::value::stream;
use crate::command::{Args, CommandError};
use crate::keyspace::{Nothing, Wait, WriteKeys};

/// Where a client begins to read a stream.
#[derive(Clone, Copy)]
enum Start {
    /// Behind this id.
    Behind(StreamId),
    /// Behind the last id of the moment when it asks (`$`).
    Now(StreamId),
    /// At the last entry (`+`).
    Last,
}

impl Start {
    fn parse(text: &[u8], stream: Option<&Stream>) -> Result<Self, CommandError> {
        match text {
            b"$" => Ok(Self::Now(stream.map_or(StreamId::MIN, |stream| stream.last_id))),
            b"+" => Ok(Self::Last),
            b">" => Err(CommandError::Text(
                "ERR The > ID can be specified only when calling XREADGROUP using the GROUP \
                 <group> <consumer> option.",
            )),
            _ => id(text).map(Self::Behind),
        }
    }

    /// The first id that is wanted of a stream, if there is an entry with it or a greater one.
    fn first(self, stream: &Stream) -> Option<StreamId> {
        match self {
            Self::Behind(id) | Self::Now(id) if id >= stream.last_id => None,
            Self::Behind(id) | Self::Now(id) => stream.first_from(id.next()?),
            Self::Last => stream.last().map(|entry| entry.id),
        }
    }
}

/// `XREAD`.
pub(super) fn xread(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<Option<Wait>, CommandError> {
    let options = ReadOptions::parse(&mut args, Reader::Client, keys.now_ms())?;
    let mut starts = Vec::with_capacity(options.keys.len());
    for (&key, &text) in options.keys.iter().zip(&options.ids) {
        // Redis reads a stream once for its id and once for its entries.
        let stream = keys.read(key).map(stream).transpose()?;
        starts.push(Start::parse(text, stream)?);
    }
    let mut found = Vec::new();
    for (&key, &start) in options.keys.iter().zip(&starts) {
        let Some(entry) = keys.read(key) else { continue };
        if let Some(first) = start.first(stream(entry)?) {
            found.push((key, first));
        }
    }
    if found.is_empty() {
        return Ok(wait(&options, &starts, args.request(), reply));
    }
    reply.map_of_pairs(found.len());
    for (key, first) in found {
        reply.map_pair();
        reply.bulk(key);
        if let Some(stream) = keys.held(key).and_then(Stream::of) {
            write_entries(reply, stream.ascending(first, StreamId::MAX).take(options.count));
        }
    }
    Ok(None)
}

/// What a client waits for that has asked to. It is not to forget what the last id was.
fn wait(
    options: &ReadOptions<'_>,
    starts: &[Start],
    request: Request<'_>,
    reply: &mut Reply<'_>,
) -> Option<Wait> {
    let Block::For(timeout) = options.block else {
        reply.null_array();
        return None;
    };
    let is_now = |start: &Start| matches!(start, Start::Now(_));
    let again = starts.iter().any(is_now).then(|| resolved(request, starts));
    Some(Wait {
        keys: starts.len(),
        of: Some(Type::Stream),
        even_gone: false,
        timeout,
        nothing: Nothing::NullArray,
        give_back: None,
        again,
        look_again_ms: None,
    })
}

/// The request with ids in place of each `$`.
fn resolved(request: Request<'_>, starts: &[Start]) -> OwnedRequest {
    let names_and_keys = request.len() - starts.len();
    let texts: Vec<Option<String>> = starts
        .iter()
        .map(|start| match start {
            Start::Now(id) => Some(id.to_string()),
            Start::Behind(_) | Start::Last => None,
        })
        .collect();
    let ids = texts.iter().zip(request.iter().skip(names_and_keys));
    let ids = ids.map(|(text, arg)| text.as_ref().map_or(arg, String::as_bytes));
    request.iter().take(names_and_keys).chain(ids).collect()
}
