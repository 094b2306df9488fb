//! Which connections `CLIENT LIST` and `CLIENT KILL` mean.

use std::time::Instant;

use fanfare_engine::command::{Args, CommandError};
use fanfare_stdx::number::parse_i64;

use crate::session::Connection;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClientKind {
    /// Runs commands, or watches them with `MONITOR`.
    Normal,
    /// Has a subscription.
    PubSub,
    /// A primary or a replica; there are none yet.
    Replication,
}

impl ClientKind {
    pub(super) fn parse(name: &[u8]) -> Result<Self, CommandError> {
        for (word, kind) in [
            ("normal", Self::Normal),
            ("pubsub", Self::PubSub),
            ("slave", Self::Replication),
            ("replica", Self::Replication),
            ("master", Self::Replication),
        ] {
            if name.eq_ignore_ascii_case(word.as_bytes()) {
                return Ok(kind);
            }
        }
        Err(CommandError::naming("ERR Unknown client type '", name, "'"))
    }

    fn of(connection: &Connection) -> Self {
        if connection.is_subscriber() { Self::PubSub } else { Self::Normal }
    }
}

/// What all of a command's options together ask for; an absent part asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ClientFilter {
    pub(super) id: Option<u64>,
    pub(super) kind: Option<ClientKind>,
    /// Address of the peer, as `CLIENT LIST` shows it.
    pub(super) address: Option<Vec<u8>>,
    /// Address of our end, likewise.
    pub(super) local_address: Option<Vec<u8>>,
    /// Connected for so many seconds or longer.
    pub(super) age_s_min: Option<u64>,
    /// Whether the command's own connection is meant too.
    pub(super) includes_self: bool,
}

impl ClientFilter {
    /// The filter of `CLIENT KILL`: one address, or options and values.
    pub(super) fn parse_kill(mut args: Args<'_>) -> Result<Self, CommandError> {
        if args.len() == 1 {
            let address = args.next().map(<[u8]>::to_vec);
            return Ok(Self { address, includes_self: true, ..Self::default() });
        }
        let mut filter = Self::default();
        while let Some(option) = args.next() {
            filter.add_option(option, args.required()?)?;
        }
        Ok(filter)
    }

    /// Takes one option in; a repeated one replaces what it said before.
    fn add_option(&mut self, option: &[u8], value: &[u8]) -> Result<(), CommandError> {
        let is = |word: &str| option.eq_ignore_ascii_case(word.as_bytes());
        if is("ID") {
            let id = parse_i64(value).filter(|&id| id > 0);
            let error = CommandError::Text("ERR client-id should be greater than 0");
            self.id = Some(id.ok_or(error)?.unsigned_abs());
        } else if is("TYPE") {
            self.kind = Some(ClientKind::parse(value)?);
        } else if is("ADDR") {
            self.address = Some(value.to_vec());
        } else if is("LADDR") {
            self.local_address = Some(value.to_vec());
        } else if is("USER") {
            // Every connection is the default user's.
            if value != b"default" {
                return Err(CommandError::naming("ERR No such user '", value, "'"));
            }
        } else if is("SKIPME") {
            self.includes_self = match () {
                () if value.eq_ignore_ascii_case(b"yes") => false,
                () if value.eq_ignore_ascii_case(b"no") => true,
                () => return Err(CommandError::Syntax),
            };
        } else if is("MAXAGE") {
            self.age_s_min = Some(parse_age(value)?);
        } else {
            return Err(CommandError::Syntax);
        }
        Ok(())
    }

    /// Whether a connection is meant, the command's own or another.
    pub(super) fn admits(&self, connection: &Connection, now: Instant) -> bool {
        let session = &connection.session;
        let age_s = now.saturating_duration_since(session.connected_at).as_secs();
        self.id.is_none_or(|id| id == session.id)
            && self.kind.is_none_or(|kind| kind == ClientKind::of(connection))
            && self.age_s_min.is_none_or(|age_s_min| age_s >= age_s_min)
            && self
                .address
                .as_ref()
                .is_none_or(|address| connection.peer.to_string().as_bytes() == address.as_slice())
            && self.local_address.as_ref().is_none_or(|address| {
                let own = connection.socket.local_address(&connection.peer);
                own.as_bytes() == address.as_slice()
            })
    }
}

fn parse_age(value: &[u8]) -> Result<u64, CommandError> {
    const NOT_A_NUMBER: CommandError =
        CommandError::Text("ERR maxage is not an integer or out of range");
    const TOO_SMALL: CommandError = CommandError::Text("ERR maxage should be greater than 0");
    let age_s = parse_i64(value).ok_or(NOT_A_NUMBER)?;
    if age_s > 0 { Ok(age_s.unsigned_abs()) } else { Err(TOO_SMALL) }
}
