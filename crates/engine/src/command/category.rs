//! ACL categories.

use super::flag::{Flag, Flags};

/// A group of commands that an access rule can name at once, as in `+@read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Category {
    /// Works on keys whatever their type.
    Keyspace,
    /// Reads data.
    Read,
    /// Changes data.
    Write,
    /// Sets.
    Set,
    /// Sorted sets.
    SortedSet,
    /// Lists.
    List,
    /// Hashes.
    Hash,
    /// Strings.
    String,
    /// Bitmaps.
    Bitmap,
    /// HyperLogLogs.
    HyperLogLog,
    /// Geographic indexes.
    Geo,
    /// Streams.
    Stream,
    /// Publish/subscribe.
    PubSub,
    /// Administration.
    Admin,
    /// Constant or logarithmic time.
    Fast,
    /// Any other time.
    Slow,
    /// May hold its client.
    Blocking,
    /// Can harm a server in production.
    Dangerous,
    /// The connection itself.
    Connection,
    /// Transactions.
    Transaction,
    /// Scripts and functions.
    Scripting,
}

impl Category {
    /// All categories, in the order in which `ACL CAT` lists them.
    pub const ALL: [Category; 21] = [
        Category::Keyspace,
        Category::Read,
        Category::Write,
        Category::Set,
        Category::SortedSet,
        Category::List,
        Category::Hash,
        Category::String,
        Category::Bitmap,
        Category::HyperLogLog,
        Category::Geo,
        Category::Stream,
        Category::PubSub,
        Category::Admin,
        Category::Fast,
        Category::Slow,
        Category::Blocking,
        Category::Dangerous,
        Category::Connection,
        Category::Transaction,
        Category::Scripting,
    ];

    /// The name with the `@` that access rules put before it.
    pub const fn at_name(self) -> &'static str {
        match self {
            Category::Keyspace => "@keyspace",
            Category::Read => "@read",
            Category::Write => "@write",
            Category::Set => "@set",
            Category::SortedSet => "@sortedset",
            Category::List => "@list",
            Category::Hash => "@hash",
            Category::String => "@string",
            Category::Bitmap => "@bitmap",
            Category::HyperLogLog => "@hyperloglog",
            Category::Geo => "@geo",
            Category::Stream => "@stream",
            Category::PubSub => "@pubsub",
            Category::Admin => "@admin",
            Category::Fast => "@fast",
            Category::Slow => "@slow",
            Category::Blocking => "@blocking",
            Category::Dangerous => "@dangerous",
            Category::Connection => "@connection",
            Category::Transaction => "@transaction",
            Category::Scripting => "@scripting",
        }
    }

    /// The category of this name, without `@`, in any case.
    pub fn parse(name: &[u8]) -> Option<Category> {
        let is_named =
            |category: &Category| category.at_name().as_bytes()[1..].eq_ignore_ascii_case(name);
        Self::ALL.into_iter().find(is_named)
    }
}

/// A set of [`Category`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Categories(u32);

impl Categories {
    /// No category.
    pub const NONE: Self = Self(0);

    /// The set of these categories.
    pub const fn of(categories: &[Category]) -> Self {
        let mut set = Self::NONE;
        let mut index = 0;
        while index < categories.len() {
            set = set.with(categories[index]);
            index += 1;
        }
        set
    }

    /// This set and one category more.
    pub const fn with(self, category: Category) -> Self {
        Self(self.0 | 1 << category as u8)
    }

    /// Whether the category is in the set.
    pub const fn has(self, category: Category) -> bool {
        self.0 & 1 << category as u8 != 0
    }

    /// The members.
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL.into_iter().filter(move |&category| self.has(category))
    }

    /// This set and the categories that flags imply, so that the two cannot disagree.
    pub(super) fn with_implied(self, flags: Flags) -> Self {
        let mut set = self;
        let is_scripting = self.has(Category::Scripting);
        if flags.has(Flag::Write) {
            set = set.with(Category::Write);
        }
        if flags.has(Flag::ReadOnly) && !is_scripting {
            set = set.with(Category::Read);
        }
        if flags.has(Flag::Admin) {
            set = set.with(Category::Admin).with(Category::Dangerous);
        }
        if flags.has(Flag::PubSub) {
            set = set.with(Category::PubSub);
        }
        if flags.has(Flag::Blocking) {
            set = set.with(Category::Blocking);
        }
        set.with(if flags.has(Flag::Fast) { Category::Fast } else { Category::Slow })
    }
}
