//! The arguments of a command, as they are written in help.

use fanfare_client::Value;

/// How deep groups of arguments may nest; what is deeper is left out.
const DEPTH_MAX: usize = 16;

/// What an argument stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// A value, called by this name.
    Value(String),
    /// The token alone.
    Token,
    /// One of these.
    OneOf(Vec<Argument>),
    /// All of these, in order.
    Block(Vec<Argument>),
}

/// One argument, or a group of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Argument {
    /// The word before it.
    pub(super) token: Option<String>,
    pub(super) body: Body,
    pub(super) is_optional: bool,
    pub(super) is_multiple: bool,
    /// Whether the token is repeated with each value.
    pub(super) repeats_token: bool,
}

impl Argument {
    /// Reads the `arguments` of a command or of a group.
    pub(super) fn read_list(value: Value) -> Vec<Self> {
        Self::read_nested(value, DEPTH_MAX)
    }

    fn read_nested(value: Value, depth: usize) -> Vec<Self> {
        match value {
            Value::Array(items) if depth > 0 => {
                items.into_iter().filter_map(|item| Self::read(item, depth - 1)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn read(value: Value, depth: usize) -> Option<Self> {
        let (mut name, mut display, mut kind, mut token) = (None, None, None, None);
        let (mut flags, mut inner) = (Vec::new(), Vec::new());
        for (key, value) in value.into_pairs()? {
            match key.as_bytes()? {
                b"name" => name = text(&value),
                b"display_text" => display = text(&value),
                b"type" => kind = text(&value),
                b"token" => token = text(&value),
                b"flags" => flags = value.as_items()?.iter().filter_map(text).collect(),
                b"arguments" => inner = Self::read_nested(value, depth),
                _ => {}
            }
        }
        let body = match kind.as_deref()? {
            "pure-token" => Body::Token,
            "oneof" => Body::OneOf(inner),
            "block" => Body::Block(inner),
            _ => Body::Value(display.or(name)?),
        };
        let has = |flag: &str| flags.iter().any(|known| known == flag);
        Some(Self {
            token,
            body,
            is_optional: has("optional"),
            is_multiple: has("multiple"),
            repeats_token: has("multiple_token"),
        })
    }

    /// As help shows it: `[COUNT count]`.
    pub(super) fn syntax(&self) -> String {
        let once = self.once();
        let text = if self.is_multiple {
            let again = if self.repeats_token { once.clone() } else { self.body_syntax() };
            format!("{once} [{again} ...]")
        } else {
            once
        };
        if self.is_optional { format!("[{text}]") } else { text }
    }

    /// One occurrence, without the brackets of what is optional.
    pub(super) fn once(&self) -> String {
        let token = match &self.token {
            Some(token) if token.is_empty() => Some("\"\"".to_owned()),
            token => token.clone(),
        };
        match (token, &self.body) {
            (token, Body::Token) => token.unwrap_or_default(),
            (Some(token), _) => format!("{token} {}", self.body_syntax()),
            (None, _) => self.body_syntax(),
        }
    }

    /// A further occurrence.
    pub(super) fn again(&self) -> String {
        if self.repeats_token { self.once() } else { self.body_syntax() }
    }

    fn body_syntax(&self) -> String {
        match &self.body {
            Body::Value(name) => name.clone(),
            Body::Token => self.token.clone().unwrap_or_default(),
            Body::OneOf(choices) => joined(choices, "|"),
            Body::Block(parts) => joined(parts, " "),
        }
    }
}

/// Arguments one after another, as help shows them.
pub(super) fn joined(arguments: &[Argument], separator: &str) -> String {
    let parts: Vec<String> = arguments.iter().map(Argument::syntax).collect();
    parts.join(separator)
}

/// A text of a reply.
pub(super) fn text(value: &Value) -> Option<String> {
    value.as_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}
