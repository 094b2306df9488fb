//! Command flags.

/// One property of a command that decides when and how it may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Flag {
    /// May change data.
    Write,
    /// Reads data and never changes it.
    ReadOnly,
    /// Refused while memory is over its limit.
    DenyOom,
    /// Administration of the server.
    Admin,
    /// Publish/subscribe.
    PubSub,
    /// Refused in scripts.
    NoScript,
    /// May hold its client until something happens.
    Blocking,
    /// Runs while data is loaded.
    Loading,
    /// Runs on a replica whose data is stale.
    Stale,
    /// Not shown to `MONITOR`.
    SkipMonitor,
    /// Not entered in the slow log.
    SkipSlowlog,
    /// Runs on a slot that is being imported, without `ASKING`.
    Asking,
    /// Takes constant or logarithmic time.
    Fast,
    /// Runs before authentication.
    NoAuth,
    /// May reach replicas although it writes no data.
    MayReplicate,
    /// Refused while a replica loads data in the background.
    NoAsyncLoading,
    /// Refused in a transaction.
    NoMulti,
    /// Its keys cannot be told from fixed positions alone. Derived from the key specifications.
    MovableKeys,
    /// Runs while a script is over its time.
    AllowBusy,
    /// May be called without any of its keys.
    NoMandatoryKeys,
    /// Runs on a RESP2 connection that has subscriptions. Not shown to clients.
    SubscriberMode,
    /// Looks at keys that it does not name. Not shown to clients.
    WholeKeyspace,
    /// Sees all keys as they are at one moment. One that only looks, and has not this flag, takes them part by part, so that it
    /// holds up nobody for longer than a part takes. Not shown to clients.
    OneMoment,
    /// Runs only where the configuration allows it (`enable-debug-command`). Not shown to clients.
    Guarded,
    /// Runs at once in a transaction, and is not queued. Not shown to clients.
    Immediate,
    /// Runs what its connection has queued. Not shown to clients.
    RunsQueue,
}

impl Flag {
    /// All flags, in the order of their bits, which is the order in which clients see them.
    pub const ALL: [Flag; 26] = [
        Flag::Write,
        Flag::ReadOnly,
        Flag::DenyOom,
        Flag::Admin,
        Flag::PubSub,
        Flag::NoScript,
        Flag::Blocking,
        Flag::Loading,
        Flag::Stale,
        Flag::SkipMonitor,
        Flag::SkipSlowlog,
        Flag::Asking,
        Flag::Fast,
        Flag::NoAuth,
        Flag::MayReplicate,
        Flag::NoAsyncLoading,
        Flag::NoMulti,
        Flag::MovableKeys,
        Flag::AllowBusy,
        Flag::NoMandatoryKeys,
        Flag::SubscriberMode,
        Flag::WholeKeyspace,
        Flag::OneMoment,
        Flag::Guarded,
        Flag::Immediate,
        Flag::RunsQueue,
    ];

    /// The name that `COMMAND INFO` shows; `None` for a flag that clients do not see.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Flag::Write => "write",
            Flag::ReadOnly => "readonly",
            Flag::DenyOom => "denyoom",
            Flag::Admin => "admin",
            Flag::PubSub => "pubsub",
            Flag::NoScript => "noscript",
            Flag::Blocking => "blocking",
            Flag::Loading => "loading",
            Flag::Stale => "stale",
            Flag::SkipMonitor => "skip_monitor",
            Flag::SkipSlowlog => "skip_slowlog",
            Flag::Asking => "asking",
            Flag::Fast => "fast",
            Flag::NoAuth => "no_auth",
            Flag::NoAsyncLoading => "no_async_loading",
            Flag::NoMulti => "no_multi",
            Flag::MovableKeys => "movablekeys",
            Flag::AllowBusy => "allow_busy",
            Flag::NoMandatoryKeys => "no_mandatory_keys",
            Flag::MayReplicate
            | Flag::SubscriberMode
            | Flag::WholeKeyspace
            | Flag::OneMoment
            | Flag::Guarded
            | Flag::Immediate
            | Flag::RunsQueue => return None,
        })
    }
}

/// A set of [`Flag`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u32);

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);

    /// The set of these flags.
    pub const fn of(flags: &[Flag]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < flags.len() {
            bits |= 1 << flags[index] as u8;
            index += 1;
        }
        Self(bits)
    }

    /// This set and one flag more.
    pub const fn with(self, flag: Flag) -> Self {
        Self(self.0 | 1 << flag as u8)
    }

    /// Whether the flag is in the set.
    pub const fn has(self, flag: Flag) -> bool {
        self.0 & 1 << flag as u8 != 0
    }

    /// The names that clients see.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Flag::ALL.into_iter().filter(move |&flag| self.has(flag)).filter_map(Flag::name)
    }
}

const _: () = {
    let mut index = 0;
    while index < Flag::ALL.len() {
        assert!(Flag::ALL[index] as usize == index, "ALL is in the order of bits");
        index += 1;
    }
};
