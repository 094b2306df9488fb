//! A client in one line, as `CLIENT LIST`, `CLIENT INFO` and the log show it.

use std::io::Write as _;

/// One letter each in the line's `flags`, in their order there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientFlag {
    /// Gets every command (`MONITOR`).
    Monitor,
    /// Is a replica.
    Replica,
    /// Is the primary.
    Primary,
    /// Has subscriptions.
    PubSub,
    /// Is in a transaction.
    Transaction,
    /// Waits in a blocking command.
    Blocked,
    /// Has tracking on.
    Tracking,
    /// The client that its tracking redirects to is gone.
    BrokenRedirect,
    /// Tracks by prefix.
    Broadcast,
    /// A key that it watches has changed.
    DirtyWatch,
    /// Is closed once its output is sent.
    ClosesAfterReply,
    /// Was just unblocked.
    Unblocked,
    /// Is closed at the next occasion.
    ClosesSoon,
    /// Came through a Unix socket.
    UnixSocket,
    /// Reads from a cluster replica.
    ReadOnly,
    /// Is exempt from eviction.
    EvictionExempt,
    /// Does not touch the age of keys.
    TouchExempt,
}

/// The letters, by flag.
const LETTERS: &[u8] = b"OSMPxbtRBdcuAUreT";

const _: () = assert!(LETTERS.len() == ClientFlag::TouchExempt as usize + 1);

/// A set of flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientFlags(u32);

impl ClientFlags {
    /// This set and one flag more.
    pub fn with(self, flag: ClientFlag) -> Self {
        Self(self.0 | 1 << flag as u32)
    }

    /// This set, and the flag if `condition` holds.
    pub fn with_if(self, flag: ClientFlag, condition: bool) -> Self {
        if condition { self.with(flag) } else { self }
    }

    /// The letters; `N` if there is none.
    pub fn letters(self) -> String {
        if self == Self::default() {
            return "N".to_owned();
        }
        let letters = LETTERS.iter().enumerate();
        letters
            .filter(|(bit, _)| self.0 & 1 << bit != 0)
            .map(|(_, &letter)| letter as char)
            .collect()
    }
}

/// What is shown of a client.
#[derive(Clone, Debug, Default)]
pub struct ClientLine<'a> {
    /// Its number.
    pub id: u64,
    /// Its address.
    pub address: String,
    /// The server's address that it connected to.
    pub local_address: String,
    /// File descriptor of its socket.
    pub fd: i32,
    /// Its name; empty if it has none.
    pub name: &'a [u8],
    /// Seconds since it connected.
    pub age_s: u64,
    /// Seconds since it was last active.
    pub idle_s: u64,
    /// Its flags.
    pub flags: ClientFlags,
    /// Its database.
    pub database: u32,
    /// Channels that it subscribes to.
    pub channels: usize,
    /// Patterns that it subscribes to.
    pub patterns: usize,
    /// Shard channels that it subscribes to.
    pub shard_channels: usize,
    /// Commands queued in its transaction; `None` outside of one.
    pub queued_commands: Option<usize>,
    /// Keys that it watches.
    pub watched_keys: usize,
    /// Input that waits, in bytes.
    pub query_bytes: usize,
    /// Room for more input, in bytes.
    pub query_free_bytes: usize,
    /// Memory of what is known of an incomplete request's arguments, in bytes.
    pub argument_bytes: usize,
    /// Arguments of queued commands, in bytes.
    pub queued_bytes: usize,
    /// Room for replies, in bytes.
    pub reply_room_bytes: usize,
    /// Most of that room used lately, in bytes.
    pub reply_peak_bytes: usize,
    /// Own replies that wait, in bytes.
    pub reply_bytes: usize,
    /// Further pieces of output that wait.
    pub output_pieces: usize,
    /// Memory of those pieces, in bytes.
    pub output_bytes: usize,
    /// Memory of the client in all, in bytes.
    pub total_bytes: usize,
    /// Whether the server waits for its socket to take more output.
    pub awaits_writable: bool,
    /// Its last command, as `client|list`.
    pub last_command: Option<&'a str>,
    /// The user that it is.
    pub user: &'a str,
    /// Client that its tracking redirects to; 0 for itself, -1 without tracking.
    pub redirect: i64,
    /// Its protocol.
    pub resp: i64,
    /// `CLIENT SETINFO LIB-NAME`.
    pub library_name: &'a [u8],
    /// `CLIENT SETINFO LIB-VER`.
    pub library_version: &'a [u8],
    /// The reactor that serves it.
    pub io_thread: u16,
    /// Bytes read from it.
    pub input_total_bytes: u64,
    /// Bytes sent to it.
    pub output_total_bytes: u64,
    /// Commands that it ran.
    pub commands: u64,
}

impl ClientLine<'_> {
    /// Appends the line, without an end of line. Names may hold any byte but blanks.
    pub fn append(&self, out: &mut Vec<u8>) {
        self.append_identity(out)
            .and_then(|()| self.append_buffers(out))
            .and_then(|()| self.append_session(out))
            .expect("text is written to memory");
    }

    /// The line as text, for the log.
    pub fn text(&self) -> String {
        let mut out = Vec::new();
        self.append(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    fn append_identity(&self, out: &mut Vec<u8>) -> std::io::Result<()> {
        let Self { id, address, local_address, fd, age_s, idle_s, database, .. } = self;
        write!(out, "id={id} addr={address} laddr={local_address} fd={fd} name=")?;
        out.extend_from_slice(self.name);
        let Self { channels, patterns, shard_channels, watched_keys, .. } = self;
        let queued = self.queued_commands.map_or(-1, |count| count as i64);
        write!(
            out,
            " age={age_s} idle={idle_s} flags={} db={database} sub={channels} psub={patterns} \
             ssub={shard_channels} multi={queued} watch={watched_keys}",
            self.flags.letters(),
        )
    }

    fn append_buffers(&self, out: &mut Vec<u8>) -> std::io::Result<()> {
        write!(
            out,
            " qbuf={} qbuf-free={} argv-mem={} multi-mem={} rbs={} rbp={} obl={} oll={} omem={} \
             tot-mem={} events={}",
            self.query_bytes,
            self.query_free_bytes,
            self.argument_bytes,
            self.queued_bytes,
            self.reply_room_bytes,
            self.reply_peak_bytes,
            self.reply_bytes,
            self.output_pieces,
            self.output_bytes,
            self.total_bytes,
            if self.awaits_writable { "rw" } else { "r" },
        )
    }

    fn append_session(&self, out: &mut Vec<u8>) -> std::io::Result<()> {
        let Self { user, redirect, resp, io_thread, commands, .. } = self;
        let command = self.last_command.unwrap_or("NULL");
        write!(out, " cmd={command} user={user} redir={redirect} resp={resp} lib-name=")?;
        out.extend_from_slice(self.library_name);
        out.extend_from_slice(b" lib-ver=");
        out.extend_from_slice(self.library_version);
        let (input, output) = (self.input_total_bytes, self.output_total_bytes);
        write!(
            out,
            " io-thread={io_thread} tot-net-in={input} tot-net-out={output} tot-cmds={commands}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that Redis 8.2 printed.
    #[test]
    fn the_line_is_that_of_redis() {
        let flags = ClientFlags::default().with(ClientFlag::PubSub);
        let line = ClientLine {
            id: 7,
            address: "127.0.0.1:59590".into(),
            local_address: "127.0.0.1:7393".into(),
            fd: 15,
            age_s: 1,
            idle_s: 1,
            flags,
            channels: 2,
            patterns: 1,
            shard_channels: 1,
            reply_room_bytes: 1024,
            reply_peak_bytes: 33,
            total_bytes: 2112,
            last_command: Some("ssubscribe"),
            user: "default",
            redirect: -1,
            resp: 3,
            library_name: b"redis-py",
            library_version: b"5.1",
            input_total_bytes: 112,
            output_total_bytes: 341,
            commands: 4,
            ..ClientLine::default()
        };
        assert_eq!(
            line.text(),
            "id=7 addr=127.0.0.1:59590 laddr=127.0.0.1:7393 fd=15 name= age=1 idle=1 flags=P db=0 \
             sub=2 psub=1 ssub=1 multi=-1 watch=0 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 \
             rbs=1024 rbp=33 obl=0 oll=0 omem=0 tot-mem=2112 events=r cmd=ssubscribe user=default \
             redir=-1 resp=3 lib-name=redis-py lib-ver=5.1 io-thread=0 tot-net-in=112 \
             tot-net-out=341 tot-cmds=4"
        );
        let line = ClientLine { queued_commands: Some(2), awaits_writable: true, ..line };
        let line = ClientLine { last_command: None, ..line }.text();
        assert!(line.contains(" multi=2 ") && line.contains(" events=rw cmd=NULL "), "{line}");
    }

    #[test]
    fn flags_have_the_order_of_redis() {
        let none = ClientFlags::default();
        assert_eq!(none.letters(), "N");
        let watcher = none
            .with(ClientFlag::TouchExempt)
            .with(ClientFlag::EvictionExempt)
            .with(ClientFlag::Broadcast)
            .with_if(ClientFlag::Monitor, false)
            .with_if(ClientFlag::Tracking, true);
        assert_eq!(watcher.letters(), "tBeT");
    }
}
