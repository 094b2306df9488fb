//! The table that finds commands by name.

use fanfare_protocol::request::Request;
use hashbrown::HashTable;

use super::args::Args;
use super::error::CommandError;
use super::row::{Command, Facts};
use super::usage::{UsageError, parse_usage};

/// A small number for each command and subcommand, stable while the process runs; an index for statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandId(u16);

impl CommandId {
    /// The number; below [`CommandTable::ids`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A command or subcommand of the table.
#[derive(Debug)]
pub struct Entry<H: 'static> {
    /// Its number.
    pub id: CommandId,
    /// Its facts.
    pub row: &'static Facts,
    handler: Option<H>,
    /// Its container, for a subcommand.
    pub parent: Option<CommandId>,
    full_name: String,
    container: Option<&'static str>,
    /// Numbers of its subcommands.
    children: std::ops::Range<u16>,
}

/// Why no table can be built of these rows: a mistake in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableError {
    /// Two rows of one name.
    Duplicate(String),
    /// A row with neither handler nor subcommands, or whose arity lets a container without handler run.
    NothingToRun(String),
    /// A usage line that cannot be read.
    Usage(String, UsageError),
    /// More rows than numbers.
    TooMany,
}

/// Why a `rename-command` cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenameError {
    /// No command of the old name.
    NoSuchCommand,
    /// Another command has the new name.
    TargetExists,
}

/// All commands, found by name in any case. Built at start and not changed after.
#[derive(Debug)]
pub struct CommandTable<H: 'static> {
    entries: Vec<Entry<H>>,
    /// Every name in use: those of commands, and those of subcommands under their container.
    names: HashTable<Name>,
    /// Longest name in use, in bytes; no longer name is hashed.
    name_bytes_max: usize,
}

#[derive(Debug)]
struct Name {
    parent: Option<CommandId>,
    text: Box<[u8]>,
    id: CommandId,
}

impl<H: Copy> CommandTable<H> {
    /// A table of all rows of the families, and of their subcommands.
    pub fn new(families: &[&'static [Command<H>]]) -> Result<Self, TableError> {
        let mut table = Self { entries: Vec::new(), names: HashTable::new(), name_bytes_max: 0 };
        for family in families {
            table.add_family(family, |handler| handler)?;
        }
        Ok(table)
    }

    /// Adds the rows of a family whose handlers are of a kind of their own.
    pub fn add_family<F: Copy>(
        &mut self,
        family: &'static [Command<F>],
        wrap: impl Fn(F) -> H,
    ) -> Result<(), TableError> {
        for row in family {
            let id = self.add(row, None, &wrap)?;
            let first = self.next_id()?;
            for subcommand in row.subcommands {
                self.add(subcommand, Some(id), &wrap)?;
            }
            self.entries[id.index()].children = first.0..self.next_id()?.0;
        }
        Ok(())
    }

    /// The command or subcommand that a request names, whether or not it has the right number of arguments.
    pub fn find(&self, request: Request<'_>) -> Result<&Entry<H>, CommandError> {
        let entry = self
            .named(None, request.arg(0))
            .ok_or_else(|| CommandError::unknown_command(request))?;
        if entry.children.is_empty() || request.len() == 1 {
            return Ok(entry);
        }
        self.named(Some(entry.id), request.arg(1))
            .ok_or_else(|| CommandError::unknown_subcommand(request.arg(0), request.arg(1)))
    }

    /// The entry of a name as `COMMAND INFO` takes it: `get`, `config|get`.
    pub fn find_name(&self, name: &[u8]) -> Option<&Entry<H>> {
        match name.iter().position(|&byte| byte == b'|') {
            None => self.named(None, name),
            Some(bar) => {
                let container = self.named(None, &name[..bar])?;
                self.named(Some(container.id), &name[bar + 1..])
            }
        }
    }

    /// The entry of a number.
    pub fn entry(&self, id: CommandId) -> &Entry<H> {
        &self.entries[id.index()]
    }

    /// How many numbers there are, subcommands included.
    pub fn ids(&self) -> usize {
        self.entries.len()
    }

    /// All entries, subcommands included, each container before its subcommands. Commands that were renamed
    /// to nothing are among them.
    pub fn entries(&self) -> &[Entry<H>] {
        &self.entries
    }

    /// Commands that can be called, in the order of declaration.
    pub fn commands(&self) -> impl Iterator<Item = &Entry<H>> {
        let mut is_callable = vec![false; self.entries.len()];
        for name in self.names.iter().filter(|name| name.parent.is_none()) {
            is_callable[name.id.index()] = true;
        }
        self.entries.iter().filter(move |entry| is_callable[entry.id.index()])
    }

    /// The subcommands of an entry.
    pub fn subcommands(&self, entry: &Entry<H>) -> &[Entry<H>] {
        &self.entries[usize::from(entry.children.start)..usize::from(entry.children.end)]
    }

    /// Gives a command another name; an empty one makes it unknown.
    pub fn rename(&mut self, from: &[u8], to: &[u8]) -> Result<(), RenameError> {
        let id = self.named(None, from).ok_or(RenameError::NoSuchCommand)?.id;
        if self.named(None, to).is_some() {
            return Err(RenameError::TargetExists);
        }
        let is_old = |name: &Name| is_name(name, None, from);
        if let Ok(old) = self.names.find_entry(hash(None, from), is_old) {
            old.remove();
        }
        if !to.is_empty() {
            self.insert_name(Name { parent: None, text: to.into(), id });
        }
        Ok(())
    }

    fn named(&self, parent: Option<CommandId>, name: &[u8]) -> Option<&Entry<H>> {
        if name.len() > self.name_bytes_max {
            return None;
        }
        let found = self.names.find(hash(parent, name), |other| is_name(other, parent, name))?;
        Some(self.entry(found.id))
    }

    fn add<F: Copy>(
        &mut self,
        command: &'static Command<F>,
        parent: Option<CommandId>,
        wrap: &impl Fn(F) -> H,
    ) -> Result<CommandId, TableError> {
        let id = self.next_id()?;
        let row = &command.facts;
        let handler = command.handler.map(wrap);
        let container = parent.map(|parent| self.entry(parent).row.name);
        let full_name = match container {
            Some(container) => format!("{container}|{}", row.name),
            None => row.name.to_owned(),
        }
        .to_ascii_lowercase();
        let runs_alone = row.arity.allows(1 + usize::from(parent.is_some()));
        if handler.is_none() && (command.subcommands.is_empty() || runs_alone) {
            return Err(TableError::NothingToRun(full_name));
        }
        if let Err(error) = parse_usage(row.usage) {
            return Err(TableError::Usage(full_name, error));
        }
        let name = row.name.as_bytes();
        if self.named(parent, name).is_some() {
            return Err(TableError::Duplicate(full_name));
        }
        self.insert_name(Name { parent, text: name.into(), id });
        self.entries.push(Entry { id, row, handler, parent, full_name, container, children: 0..0 });
        Ok(id)
    }

    fn next_id(&self) -> Result<CommandId, TableError> {
        u16::try_from(self.entries.len()).map(CommandId).map_err(|_| TableError::TooMany)
    }

    fn insert_name(&mut self, name: Name) {
        self.name_bytes_max = self.name_bytes_max.max(name.text.len());
        let hash_of = |name: &Name| hash(name.parent, &name.text);
        self.names.insert_unique(hash_of(&name), name, hash_of);
    }
}

impl<H: Copy> Entry<H> {
    /// Name in small letters, with the container's before it: `config|get`. Renaming does not change it.
    pub fn full_name(&self) -> &str {
        &self.full_name
    }

    /// Whether it is more than a container of subcommands.
    pub fn is_runnable(&self) -> bool {
        self.handler.is_some()
    }

    /// What runs a request that [`CommandTable::find`] resolved to this entry, or why it has the wrong
    /// number of arguments.
    pub fn admit(&self, request: Request<'_>) -> Result<H, CommandError> {
        match self.handler {
            Some(handler) if self.row.arity.allows(request.len()) => Ok(handler),
            _ => Err(self.wrong_arity()),
        }
    }

    /// The error of a request with too few or too many arguments.
    pub fn wrong_arity(&self) -> CommandError {
        CommandError::WrongArity { container: self.container, name: self.row.name }
    }

    /// Whether every request that begins with its name is one of it: it neither is nor has a subcommand.
    pub fn is_told_by_name(&self) -> bool {
        self.parent.is_none() && self.children.is_empty()
    }

    /// How many arguments its name is: a subcommand's is two.
    pub fn names(&self) -> usize {
        1 + usize::from(self.parent.is_some())
    }

    /// A cursor behind this entry's names.
    pub fn args<'a>(&self, request: Request<'a>) -> Args<'a> {
        Args::new(request, self.names())
    }
}

fn is_name(name: &Name, parent: Option<CommandId>, text: &[u8]) -> bool {
    // Most clients write capitals, and equal bytes are told in no time.
    name.parent == parent && (*name.text == *text || name.text.eq_ignore_ascii_case(text))
}

/// A hash of a name in any case: of its length, and of its beginning and its end, which overlap in short names. The names are
/// ours, so nobody can choose ones that collide.
fn hash(parent: Option<CommandId>, name: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    /// The bit in which capitals differ from small letters, in every byte.
    const SMALL: u64 = 0x2020_2020_2020_2020;
    let (first, last) = ends(name);
    let context = parent.map_or(0, |parent| u64::from(parent.0) + 1) << 32 | name.len() as u64;
    let hash = ((first | SMALL) ^ context).wrapping_mul(FACTOR);
    let hash = (hash.rotate_left(32) ^ (last | SMALL)).wrapping_mul(FACTOR);
    // The map takes its tag from the top bits and the place from the lowest, which a product leaves poor.
    hash ^ hash >> 32
}

/// The first and the last bytes of a name, which together are all of it up to sixteen bytes.
fn ends(name: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        return (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        return (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into());
    }
    match name {
        [first, .., last] => (u64::from(*first) << 8 | u64::from(name[1]), (*last).into()),
        [only] => ((*only).into(), 0),
        [] => (0, 0),
    }
}
