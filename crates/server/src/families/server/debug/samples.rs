//! `DEBUG PROTOCOL`: a sample of each type of reply.

use fanfare_engine::command::CommandError;
use fanfare_protocol::{Reply, RespVersion};

use crate::context::Context;

/// `DEBUG PROTOCOL`.
pub(super) fn protocol(context: &mut Context<'_>, kind: &[u8]) -> Result<(), CommandError> {
    const UNKNOWN: CommandError = CommandError::Text(
        "ERR Wrong protocol type name. Please use one of the following: \
         string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
    );
    let kind = kind.to_ascii_lowercase();
    let mut reply = context.reply();
    let is_resp3 = reply.version() == RespVersion::Resp3;
    match kind.as_slice() {
        b"string" => reply.bulk(b"Hello World"),
        b"integer" => reply.integer(12345),
        b"double" => reply.double_text("3.141"),
        b"bignum" if is_resp3 => reply.raw(b"(1234567999999999999999999999999999999\r\n"),
        b"bignum" => reply.bulk(b"1234567999999999999999999999999999999"),
        b"null" => reply.null(),
        b"array" => {
            reply.array(3);
            (0..3).for_each(|number| reply.integer(number));
        }
        b"set" => {
            reply.set(3);
            (0..3).for_each(|number| reply.integer(number));
        }
        b"map" => {
            reply.map(3);
            for number in 0..3 {
                reply.integer(number);
                reply.boolean(number == 1);
            }
        }
        b"attrib" => attribute(&mut reply),
        b"push" if is_resp3 => {
            // The reply comes first, and the push behind it.
            reply.bulk(b"Some real reply following the push reply");
            reply.push(2);
            reply.bulk(b"server-cpu-usage");
            reply.integer(42);
        }
        b"push" => return Err(CommandError::Text("ERR RESP2 is not supported by this command")),
        b"verbatim" => reply.verbatim(*b"txt", b"This is a verbatim\nstring"),
        b"true" => reply.boolean(true),
        b"false" => reply.boolean(false),
        _ => return Err(UNKNOWN),
    }
    Ok(())
}

fn attribute(reply: &mut Reply<'_>) {
    if reply.version() == RespVersion::Resp3 {
        reply.raw(b"|1\r\n");
        reply.bulk(b"key-popularity");
        reply.array(2);
        reply.bulk(b"key:123");
        reply.integer(90);
    }
    reply.bulk(b"Some real reply following the attribute");
}
