//! `COMMAND COUNT` and `COMMAND LIST`.

use fanfare_protocol::Reply;
use fanfare_stdx::glob;

use crate::command::category::Category;
use crate::command::table::{CommandTable, Entry};
use crate::command::{Args, CommandError};

/// `COMMAND COUNT`: how many commands there are, subcommands not counted.
pub fn count<H: Copy>(table: &CommandTable<H>, reply: &mut Reply<'_>) {
    reply.integer(table.commands().count() as i64);
}

/// Which names `COMMAND LIST` shows.
enum Filter<'a> {
    All,
    /// There are no modules, so that none has a command.
    Module,
    /// An unknown category has no commands.
    Category(Option<Category>),
    Pattern(&'a [u8]),
}

impl Filter<'_> {
    fn admits<H: Copy>(&self, entry: &Entry<H>) -> bool {
        match *self {
            Filter::All => true,
            Filter::Module => false,
            Filter::Category(category) => {
                category.is_some_and(|category| entry.row.all_categories().has(category))
            }
            Filter::Pattern(pattern) => {
                glob::matches_ignoring_case(pattern, entry.full_name().as_bytes())
            }
        }
    }
}

/// `COMMAND LIST [FILTERBY <MODULE name | ACLCAT category | PATTERN pattern>]`: names of commands and subcommands.
pub fn list<H: Copy>(
    table: &CommandTable<H>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let filter = parse_filter(&mut args)?;
    let list = reply.deferred();
    let mut length = 0;
    for command in table.commands() {
        for entry in std::iter::once(command).chain(table.subcommands(command)) {
            if filter.admits(entry) {
                reply.bulk(entry.full_name().as_bytes());
                length += 1;
            }
        }
    }
    reply.finish_array(list, length);
    Ok(())
}

fn parse_filter<'a>(args: &mut Args<'a>) -> Result<Filter<'a>, CommandError> {
    if args.is_empty() {
        return Ok(Filter::All);
    }
    if args.len() != 3 || !args.take_word("FILTERBY") {
        return Err(CommandError::Syntax);
    }
    if args.take_word("MODULE") {
        Ok(Filter::Module)
    } else if args.take_word("ACLCAT") {
        Ok(Filter::Category(Category::parse(args.required()?)))
    } else if args.take_word("PATTERN") {
        Ok(Filter::Pattern(args.required()?))
    } else {
        Err(CommandError::Syntax)
    }
}
