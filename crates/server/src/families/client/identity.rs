//! `CLIENT ID`, `GETNAME`, `SETNAME`, `SETINFO`.

use fanfare_engine::command::{Args, CommandError};

use crate::context::Context;
use crate::families::connection::check_word;

pub(super) fn id(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let id = context.connection().session.id;
    context.reply().integer(id as i64);
    Ok(())
}

pub(super) fn getname(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    let name = context.connection().session.name.clone();
    let mut reply = context.reply();
    if name.is_empty() {
        reply.null();
    } else {
        reply.bulk(&name);
    }
    Ok(())
}

pub(super) fn setname(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let name = args.required()?;
    check_word("Client names", name)?;
    context.connection().session.name = name.into();
    context.reply().ok();
    Ok(())
}

pub(super) fn setinfo(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let (attribute, value) = (args.required()?, args.required()?);
    let session = &mut context.connection().session;
    let field = if attribute.eq_ignore_ascii_case(b"LIB-NAME") {
        &mut session.library_name
    } else if attribute.eq_ignore_ascii_case(b"LIB-VER") {
        &mut session.library_version
    } else {
        return Err(CommandError::naming("ERR Unrecognized option '", attribute, "'"));
    };
    check_word(&String::from_utf8_lossy(attribute), value)?;
    *field = value.into();
    context.reply().ok();
    Ok(())
}
