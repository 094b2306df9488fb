//! `ACL`: as yet there is one user.

use fanfare_engine::command::{Args, CommandError};

use crate::context::Context;

pub(super) fn whoami(context: &mut Context<'_>, _: Args<'_>) -> Result<(), CommandError> {
    context.reply().bulk(b"default");
    Ok(())
}
