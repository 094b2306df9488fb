//! `SSCAN`.

use fanfare_data::dictionary::SCAN_END;
use fanfare_data::encoding::listpack::Element;
use fanfare_data::set::Set;
use fanfare_protocol::Reply;

use super::access::set_of;
use crate::command::{Args, CommandError};
use crate::families::element::write_element;
use crate::families::scan::{NoValues, ScanOptions, cursor, write_step};
use crate::keyspace::ReadKeys;

/// `SSCAN`. A small set is given whole, whatever the cursor; so a scan that began in a table misses nothing.
pub(super) fn sscan(
    keys: &mut ReadKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let (key, cursor) = (args.required()?, cursor(args.required()?)?);
    let Some(set) = set_of(keys, key)? else {
        write_step(reply, SCAN_END);
        reply.array(0);
        return Ok(());
    };
    let options = ScanOptions::read(args, NoValues::Refused)?;
    let mut found = Vec::new();
    let mut length = 0;
    let mut out = Reply::new(&mut found, reply.version());
    let mut write = |member: Element<'_>| {
        if options.wants(member.text(&mut itoa::Buffer::new())) {
            write_element(&mut out, member);
            length += 1;
        }
    };
    let next = if let Set::Table(members) = set {
        members.scan(cursor, options.count, |entry| write(Element::Bytes(entry.key())))
    } else {
        set.iter().for_each(write);
        SCAN_END
    };
    write_step(reply, next);
    reply.array(length);
    reply.raw(&found);
    Ok(())
}
