//! Commands of Redis 8.2 that Fanfare does not have yet.
//!
//! `redis.conf` files rename or disable some of them; such a line must not keep the server from
//! starting. Whoever builds a command takes its name from here.

/// Their names, in lower case, a line for each family.
#[rustfmt::skip]
const NAMES: &[&[&str]] = &[
    // cluster
    &[
        "asking", "cluster", "readonly", "readwrite",
    ],
    // generic
    &[
        "dump", "migrate", "restore",
    ],
    // scripting
    &[
        "eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro", "function", "script",
    ],
    // server
    &[
        "bgrewriteaof", "bgsave", "failover", "lastsave", "psync", "replconf",
        "replicaof", "restore-asking", "save", "slaveof", "sync",
    ],
];

/// Whether Redis has a command of this name, in lower case, that is not built yet.
pub fn is_not_yet(name: &str) -> bool {
    NAMES.iter().flat_map(|family| family.iter()).any(|known| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_built() {
        let commands = crate::families::commands().expect("the table is sound");
        let built = NAMES.iter().flat_map(|family| family.iter());
        let built: Vec<_> =
            built.filter(|name| commands.find_name(name.as_bytes()).is_some()).collect();
        assert_eq!(built, Vec::<&&str>::new());
        assert!(is_not_yet("cluster"));
        assert!(!is_not_yet("publish"));
        assert!(!is_not_yet("nosuch"));
    }
}
