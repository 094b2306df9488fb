//! Commands of Redis 8.2 that Fanfare does not have yet.
//!
//! `redis.conf` files rename or disable some of them; such a line must not keep the server from
//! starting. Whoever builds a command takes its name from here.

/// Their names, in lower case and in order.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "asking", "bgrewriteaof", "bgsave", "bitcount", "bitfield", "bitfield_ro", "bitop",
    "bitpos", "blmove", "blmpop", "blpop", "brpop", "brpoplpush", "bzmpop", "bzpopmax",
    "bzpopmin", "cluster", "dump", "eval", "eval_ro", "evalsha", "evalsha_ro", "failover",
    "fcall", "fcall_ro", "function", "geoadd", "geodist", "geohash", "geopos", "georadius",
    "georadius_ro", "georadiusbymember", "georadiusbymember_ro", "geosearch", "geosearchstore",
    "getbit", "getex", "getrange", "hdel", "hexists", "hexpire", "hexpireat", "hexpiretime",
    "hget", "hgetall", "hgetdel", "hgetex", "hincrby", "hincrbyfloat", "hkeys", "hlen",
    "hmget", "hmset", "hpersist", "hpexpire", "hpexpireat", "hpexpiretime", "hpttl",
    "hrandfield", "hscan", "hset", "hsetex", "hsetnx", "hstrlen", "httl", "hvals",
    "incrbyfloat", "lastsave", "lcs", "lindex", "linsert", "llen", "lmove", "lmpop", "lpop",
    "lpos", "lpush", "lpushx", "lrange", "lrem", "lset", "ltrim", "memory", "migrate",
    "msetnx", "object", "pfadd", "pfcount", "pfdebug", "pfmerge", "pfselftest", "psync",
    "readonly", "readwrite", "replconf", "replicaof", "restore", "restore-asking", "rpop",
    "rpoplpush", "rpush", "rpushx", "sadd", "save", "scard", "script", "sdiff", "sdiffstore",
    "setbit", "setrange", "sinter", "sintercard", "sinterstore", "sismember", "slaveof",
    "smembers", "smismember", "smove", "sort", "sort_ro", "spop", "srandmember", "srem",
    "sscan", "substr", "sunion", "sunionstore", "sync", "wait", "waitaof", "xack", "xackdel",
    "xadd", "xautoclaim", "xclaim", "xdel", "xdelex", "xgroup", "xinfo", "xlen", "xpending",
    "xrange", "xread", "xreadgroup", "xrevrange", "xsetid", "xtrim", "zadd", "zcard", "zcount",
    "zdiff", "zdiffstore", "zincrby", "zinter", "zintercard", "zinterstore", "zlexcount",
    "zmpop", "zmscore", "zpopmax", "zpopmin", "zrandmember", "zrange", "zrangebylex",
    "zrangebyscore", "zrangestore", "zrank", "zrem", "zremrangebylex", "zremrangebyrank",
    "zremrangebyscore", "zrevrange", "zrevrangebylex", "zrevrangebyscore", "zrevrank", "zscan",
    "zscore", "zunion", "zunionstore",
];

/// Whether Redis has a command of this name, in lower case, that is not built yet.
pub fn is_not_yet(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_none_is_built() {
        assert!(NAMES.is_sorted());
        let commands = crate::families::commands().expect("the table is sound");
        let built: Vec<_> =
            NAMES.iter().filter(|name| commands.find_name(name.as_bytes()).is_some()).collect();
        assert_eq!(built, Vec::<&&str>::new());
        assert!(is_not_yet("xadd"));
        assert!(!is_not_yet("publish"));
        assert!(!is_not_yet("nosuch"));
    }
}
