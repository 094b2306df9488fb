//! One row of the table of commands.

use fanfare_protocol::request::Request;

use super::category::{Categories, Category};
use super::flag::{Flag, Flags};
use super::keys::{KeyFlags, Keys};

/// Tells from a request what it does to its keys.
pub type FlagsOfKeys = fn(Request<'_>) -> KeyFlags;

/// How many arguments a command takes. Its name counts, and so does a subcommand's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// This many.
    Exactly(u8),
    /// This many or more.
    AtLeast(u8),
}

impl Arity {
    /// Whether a request of so many arguments is long enough, and not too long.
    pub const fn allows(self, args: usize) -> bool {
        match self {
            Arity::Exactly(count) => args == count as usize,
            Arity::AtLeast(count) => args >= count as usize,
        }
    }

    /// The number that `COMMAND INFO` shows: negative where there is no upper limit.
    pub const fn number(self) -> i64 {
        match self {
            Arity::Exactly(count) => count as i64,
            Arity::AtLeast(count) => -(count as i64),
        }
    }
}

/// The chapter of the documentation that a command belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Group {
    Bitmap,
    Cluster,
    Connection,
    Generic,
    Geo,
    Hash,
    HyperLogLog,
    List,
    PubSub,
    Scripting,
    Server,
    Set,
    SortedSet,
    Stream,
    String,
    Transactions,
}

impl Group {
    /// The name that `COMMAND DOCS` shows.
    pub const fn name(self) -> &'static str {
        match self {
            Group::Bitmap => "bitmap",
            Group::Cluster => "cluster",
            Group::Connection => "connection",
            Group::Generic => "generic",
            Group::Geo => "geo",
            Group::Hash => "hash",
            Group::HyperLogLog => "hyperloglog",
            Group::List => "list",
            Group::PubSub => "pubsub",
            Group::Scripting => "scripting",
            Group::Server => "server",
            Group::Set => "set",
            Group::SortedSet => "sorted-set",
            Group::Stream => "stream",
            Group::String => "string",
            Group::Transactions => "transactions",
        }
    }
}

/// What `COMMAND DOCS` says of a command's standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocFlag {
    /// Kept for old clients; the release that deprecated it, and what to use instead.
    Deprecated {
        /// The release.
        since: &'static str,
        /// What to use instead.
        replaced_by: &'static str,
    },
    /// Meant for the server's own use and for tests.
    System,
}

/// The facts of one command or subcommand.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The name in capitals, without that of the container.
    pub name: &'static str,
    /// How many arguments it takes.
    pub arity: Arity,
    /// Where its keys are.
    pub keys: Keys,
    /// What a request does to its keys, if [`KeyFlag::VariableFlags`](super::KeyFlag) says that it depends on it.
    pub flags_of_keys: Option<FlagsOfKeys>,
    /// Its group in the documentation.
    pub group: Group,
    /// The Redis release that first had it.
    pub since: &'static str,
    /// What it costs; empty where Redis says nothing.
    pub complexity: &'static str,
    /// Its arguments in the notation of [`parse_usage`](super::parse_usage).
    pub usage: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Hints for clients and proxies.
    pub tips: &'static [&'static str],
    /// What changed in which release.
    pub history: &'static [(&'static str, &'static str)],
    /// Its standing, where there is something to say.
    pub doc_flag: Option<DocFlag>,
    flags: Flags,
    categories: Categories,
}

/// A row of a family's table: the facts of a command or subcommand, and what runs it.
#[derive(Clone, Copy, Debug)]
pub struct Command<H: 'static> {
    /// Its facts.
    pub facts: Facts,
    /// What runs it; a container without a meaning of its own has none.
    pub handler: Option<H>,
    /// Its subcommands; empty unless it is a container.
    pub subcommands: &'static [Command<H>],
}

/// A command that `handler` runs.
///
/// Families call it through a function of their own for each kind of handler, which takes a plain `fn` pointer:
/// in a chain of builder calls the compiler would otherwise take each function for a type of its own.
pub const fn command<H: Copy>(
    name: &'static str,
    arity: Arity,
    keys: Keys,
    handler: H,
) -> Command<H> {
    let mut command = container(name, arity, &[]);
    command.facts.keys = keys;
    command.handler = Some(handler);
    command
}

/// A command that only holds subcommands.
pub const fn container<H: Copy>(
    name: &'static str,
    arity: Arity,
    subcommands: &'static [Command<H>],
) -> Command<H> {
    let facts = Facts {
        name,
        arity,
        keys: Keys::NONE,
        flags_of_keys: None,
        group: Group::Generic,
        since: "",
        complexity: "",
        usage: "",
        summary: "",
        tips: &[],
        history: &[],
        doc_flag: None,
        flags: Flags::NONE,
        categories: Categories::NONE,
    };
    Command { facts, handler: None, subcommands }
}

impl<H: Copy> Command<H> {
    /// When and how it may run.
    pub const fn flags(mut self, flags: &[Flag]) -> Self {
        self.facts.flags = Flags::of(flags);
        self
    }

    /// ACL categories beside those that follow from the flags.
    pub const fn categories(mut self, categories: &[Category]) -> Self {
        self.facts.categories = Categories::of(categories);
        self
    }

    /// Adds subcommands to a command that also runs without one.
    pub const fn subcommands(mut self, subcommands: &'static [Command<H>]) -> Self {
        self.subcommands = subcommands;
        self
    }

    /// See [`Facts::flags_of_keys`].
    pub const fn flags_of_keys(mut self, flags: FlagsOfKeys) -> Self {
        self.facts.flags_of_keys = Some(flags);
        self
    }

    /// See [`Facts::group`].
    pub const fn group(mut self, group: Group) -> Self {
        self.facts.group = group;
        self
    }

    /// See [`Facts::since`].
    pub const fn since(mut self, release: &'static str) -> Self {
        self.facts.since = release;
        self
    }

    /// See [`Facts::complexity`].
    pub const fn complexity(mut self, complexity: &'static str) -> Self {
        self.facts.complexity = complexity;
        self
    }

    /// See [`Facts::usage`].
    pub const fn usage(mut self, usage: &'static str) -> Self {
        self.facts.usage = usage;
        self
    }

    /// See [`Facts::summary`].
    pub const fn summary(mut self, summary: &'static str) -> Self {
        self.facts.summary = summary;
        self
    }

    /// See [`Facts::tips`].
    pub const fn tips(mut self, tips: &'static [&'static str]) -> Self {
        self.facts.tips = tips;
        self
    }

    /// See [`Facts::history`].
    pub const fn history(mut self, history: &'static [(&'static str, &'static str)]) -> Self {
        self.facts.history = history;
        self
    }

    /// See [`DocFlag::Deprecated`].
    pub const fn deprecated(mut self, since: &'static str, replaced_by: &'static str) -> Self {
        self.facts.doc_flag = Some(DocFlag::Deprecated { since, replaced_by });
        self
    }

    /// See [`DocFlag::System`].
    pub const fn system(mut self) -> Self {
        self.facts.doc_flag = Some(DocFlag::System);
        self
    }
}

impl Facts {
    /// Whether the flag is set; [`Flag::MovableKeys`] follows from the keys.
    pub fn has(&self, flag: Flag) -> bool {
        match flag {
            Flag::MovableKeys => self.keys.are_movable(),
            flag => self.flags.has(flag),
        }
    }

    /// All flags, derived ones included.
    pub fn all_flags(&self) -> Flags {
        if self.keys.are_movable() { self.flags.with(Flag::MovableKeys) } else { self.flags }
    }

    /// All ACL categories, derived ones included.
    pub fn all_categories(&self) -> Categories {
        self.categories.with_implied(self.flags)
    }
}
