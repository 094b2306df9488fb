//! The arguments of a command, as a tree.

use std::fmt;

/// The type of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those that clients see")]
pub enum ArgumentKind {
    String,
    Integer,
    Double,
    Key,
    Pattern,
    UnixTime,
    PureToken,
    OneOf,
    Block,
}

impl ArgumentKind {
    /// The name that `COMMAND DOCS` shows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Double => "double",
            Self::Key => "key",
            Self::Pattern => "pattern",
            Self::UnixTime => "unix-time",
            Self::PureToken => "pure-token",
            Self::OneOf => "oneof",
            Self::Block => "block",
        }
    }

    fn has_parts(self) -> bool {
        matches!(self, Self::OneOf | Self::Block)
    }
}

/// One argument of a command, or a group of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// What it is called.
    pub name: String,
    /// Its type.
    pub kind: ArgumentKind,
    /// The text shown for it; groups have none.
    pub display_text: Option<String>,
    /// The number of the key specification that covers it.
    pub key_spec: Option<u8>,
    /// The literal word before it.
    pub token: Option<String>,
    /// The release that first had it, where that is not the command's first.
    pub since: Option<String>,
    /// The release that deprecated it.
    pub deprecated_since: Option<String>,
    /// It may be left out.
    pub is_optional: bool,
    /// It may be repeated.
    pub is_multiple: bool,
    /// Each repetition has the literal word before it.
    pub repeats_token: bool,
    /// What a group consists of.
    pub parts: Vec<Argument>,
}

impl fmt::Display for Argument {
    /// The argument as documentation shows it: `[LIMIT offset count]`, `channel [channel ...]`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body();
        let once = match &self.token {
            Some(token) if self.kind != ArgumentKind::PureToken => format!("{token} {body}"),
            _ => body.clone(),
        };
        let text = match (self.is_multiple, self.repeats_token) {
            (false, _) => once,
            (true, true) => format!("{once} [{once} ...]"),
            (true, false) => format!("{once} [{body} ...]"),
        };
        if self.is_optional { write!(formatter, "[{text}]") } else { formatter.write_str(&text) }
    }
}

impl Argument {
    /// A plain argument of this name and type.
    pub(super) fn named(name: String, kind: ArgumentKind) -> Self {
        Self {
            name,
            kind,
            display_text: None,
            key_spec: None,
            token: None,
            since: None,
            deprecated_since: None,
            is_optional: false,
            is_multiple: false,
            repeats_token: false,
            parts: Vec::new(),
        }
    }

    fn body(&self) -> String {
        let parts = || self.parts.iter().map(ToString::to_string).collect::<Vec<_>>();
        match self.kind {
            ArgumentKind::PureToken => self.token.clone().unwrap_or_default(),
            ArgumentKind::OneOf if self.is_optional && self.token.is_none() => parts().join(" | "),
            ArgumentKind::OneOf => format!("<{}>", parts().join(" | ")),
            ArgumentKind::Block => parts().join(" "),
            kind => {
                debug_assert!(!kind.has_parts());
                self.display_text.clone().unwrap_or_else(|| self.name.clone())
            }
        }
    }
}
