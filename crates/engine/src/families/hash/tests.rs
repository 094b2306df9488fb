//! What time does to fields. Pages tell of the rest; here the time is ours.

use std::fmt::Write as _;

use fanfare_protocol::request::{Limits, RequestParser};
use fanfare_protocol::{Reply, RespVersion};
use fanfare_stdx::random::Random;

use crate::command::{Args, CommandTable};
use crate::families::{DataHandler, FAMILIES};
use crate::keyspace::change::EventClasses;
use crate::keyspace::{
    Changes, EventClass, Keyspace, Limit, Limits as ValueLimits, Occasion, ReadKeys, Rules,
    WriteKeys,
};

/// A keyspace whose time we make.
struct Desk {
    keyspace: Keyspace,
    table: CommandTable<DataHandler>,
    now_ms: i64,
}

impl Desk {
    fn new(packed_fields: i64) -> Self {
        let keyspace = Keyspace::new(2);
        let mut limits = ValueLimits::default();
        limits.set(Limit::PackedHashFields, packed_fields);
        limits.set(Limit::PackedHashBytes, 64);
        keyspace.set_limits(&limits);
        let table = CommandTable::new(FAMILIES).expect("the tables are sound");
        Self { keyspace, table, now_ms: 1_000_000 }
    }

    fn occasion(&self) -> Occasion {
        let classes = [EventClass::Hash, EventClass::Generic];
        Occasion {
            now_ms: self.now_ms,
            database: 0,
            databases: 16,
            events: classes.into_iter().fold(EventClasses::NONE, EventClasses::with),
            random: Random::from_seed(1),
            rules: Rules::default(),
            is_tracked: false,
        }
    }

    /// Runs a command on key `h`: its reply on one line, and the names of events behind it.
    fn run(&self, line: &str) -> String {
        let bytes = format!("{line}\r\n").into_bytes();
        let mut parser = RequestParser::default();
        let limits = Limits { bulk_bytes_max: 1 << 20, unauthenticated: false };
        parser.parse(&bytes, limits).expect("a request");
        let request = parser.request(&bytes);
        let entry = self.table.find(request).expect("a command");
        let (locked, occasion) = (self.keyspace.lock_one(b"h"), self.occasion());
        let mut out = Vec::new();
        let mut reply = Reply::new(&mut out, RespVersion::Resp2);
        let args = Args::new(request, 1);
        let (result, changes) = match entry.admit(request).expect("arguments enough") {
            DataHandler::Read(handler) => {
                let mut keys = ReadKeys::new(locked, occasion, Changes::default());
                (handler(&mut keys, args, &mut reply), keys.into_parts().1)
            }
            DataHandler::Write(handler) => {
                let mut keys = WriteKeys::new(locked, occasion, Changes::default());
                (handler(&mut keys, args, &mut reply), keys.into_parts().1)
            }
            DataHandler::Block(_) => unreachable!("no command on hashes waits"),
        };
        if let Err(error) = result {
            error.write(&mut reply);
        }
        let mut text = String::from_utf8_lossy(&out).trim_end().replace("\r\n", " ");
        for notice in changes.notices {
            let _ = write!(text, " {}", notice.event.name);
        }
        text
    }

    /// A hash with a field `a` that has expired, and others.
    fn with_expired(packed_fields: i64, others: &str) -> Self {
        let mut desk = Self::new(packed_fields);
        desk.run(&format!("HSET h a 1 {others}"));
        assert_eq!(desk.run("HPEXPIRE h 10 FIELDS 1 a"), "*1 :1 hexpire");
        desk.now_ms += 9;
        assert_eq!(desk.run("HGET h a"), "$1 1");
        desk.now_ms += 1;
        desk
    }
}

/// Runs each command on a fresh hash in both forms: what it answers and tells, and how many fields are left.
fn check(others: &str, cases: &[(&str, &str, usize)]) {
    for packed_fields in [512, 0] {
        for &(line, expected, left) in cases {
            let desk = Desk::with_expired(packed_fields, others);
            assert_eq!(desk.run(line), expected, "{line}");
            assert_eq!(desk.run("HLEN h"), format!(":{left}"), "after {line}");
        }
    }
}

#[test]
fn an_expired_field_is_gone_for_whoever_asks() {
    check(
        "b 2",
        &[
            ("HGET h a", "$-1 hexpired", 1),
            ("HMGET h a b", "*2 $-1 $1 2 hexpired", 1),
            ("HSTRLEN h a", ":0 hexpired", 1),
            ("HEXISTS h a", ":0 hexpired", 1),
            ("HGETALL h", "*2 $1 b $1 2", 2),
            ("HKEYS h", "*1 $1 b", 2),
            ("HVALS h", "*1 $1 2", 2),
            ("HLEN h", ":2", 2),
            ("HSCAN h 0", "*2 $1 0 *2 $1 b $1 2", 2),
            ("HRANDFIELD h", "$1 b hexpired", 1),
            ("HRANDFIELD h 2", "*1 $1 b hexpired", 1),
            ("HTTL h FIELDS 1 a", "*1 :-2", 2),
            ("HPEXPIRETIME h FIELDS 1 a", "*1 :-2", 2),
            ("HPERSIST h FIELDS 1 a", "*1 :-2", 2),
        ],
    );
}

#[test]
fn commands_that_write_find_an_expired_field_as_in_redis() {
    check(
        "b 2",
        &[
            ("HDEL h a", ":1 hdel", 1),
            ("HDEL h a b c", ":2 hdel del", 0),
            ("HSET h a 9", ":0 hset", 2),
            ("HSETNX h a 9", ":1 hexpired hset", 2),
            ("HINCRBY h a 3", ":3 hexpired hincrby", 2),
            ("HINCRBYFLOAT h a 3", "$1 3 hexpired hincrbyfloat", 2),
            ("HEXPIRE h 100 FIELDS 1 a", "*1 :1 hexpire", 2),
            ("HEXPIRE h 100 NX FIELDS 1 a", "*1 :0", 2),
            ("HEXPIRE h 100 XX FIELDS 1 a", "*1 :1 hexpire", 2),
            ("HEXPIRE h 100 LT FIELDS 1 a", "*1 :0", 2),
            ("HEXPIRE h 0 FIELDS 2 b a", "*2 :2 :2 hdel del", 0),
            ("HGETEX h FIELDS 2 a b", "*2 $-1 $1 2 hexpired", 1),
            ("HGETEX h EX 100 FIELDS 1 b", "*1 $1 2 hexpire", 2),
            ("HGETEX h EX 0 FIELDS 2 a b", "*2 $-1 $1 2 hexpired hdel del", 0),
            ("HGETDEL h FIELDS 1 a", "*1 $-1 hexpired", 1),
            ("HGETDEL h FIELDS 2 a b", "*2 $-1 $1 2 hexpired hdel del", 0),
            ("HSETEX h FIELDS 1 a 5", ":1 hset", 2),
            ("HSETEX h FXX FIELDS 1 a 5", ":0 hexpired", 1),
            ("HSETEX h FNX FIELDS 2 a 5 c 3", ":1 hexpired hset", 3),
            ("HSETEX h FXX KEEPTTL FIELDS 1 b 5", ":1 hset", 2),
            ("HSETEX h EX 0 FIELDS 1 a 5", ":1 hset hdel", 1),
        ],
    );
}

#[test]
fn a_hash_goes_with_its_last_field() {
    check(
        "",
        &[
            ("HGET h a", "$-1 hexpired del", 0),
            ("HMGET h a b", "*2 $-1 $-1 hexpired del", 0),
            ("HDEL h b", ":0", 1),
            ("HSETNX h a 9", ":1 hexpired del hset", 1),
            ("HINCRBY h a 3", ":3 hexpired del hincrby", 1),
            ("HGETALL h", "*0", 1),
            ("EXISTS h", ":1", 1),
            ("HRANDFIELD h", "$-1 hexpired del", 0),
            ("HGETEX h EX 0 FIELDS 2 a b", "*2 $-1 $-1 hexpired del", 0),
            ("HGETDEL h FIELDS 2 a b", "*2 $-1 $-1 hexpired del", 0),
            ("HSETEX h FXX FIELDS 1 a 5", ":0 hexpired del", 0),
            ("HSETEX h FNX FIELDS 1 a 5", ":1 hexpired hset", 1),
            ("HSETEX h EX 0 FIELDS 1 a 5", ":1 hset hdel del", 0),
        ],
    );
}

#[test]
fn fields_expire_though_nobody_asks() {
    for packed_fields in [512, 0] {
        let mut desk = Desk::new(packed_fields);
        desk.run("HSET h a 1 b 2 c 3 d 4");
        desk.run("HPEXPIRE h 10 FIELDS 2 a b");
        desk.run("HPEXPIRE h 20 FIELDS 2 c d");
        let expire = |desk: &Desk, budget| {
            let (mut expired, mut names) = (0, Vec::new());
            for shard in 0..desk.keyspace.shards() as u16 {
                let locked = desk.keyspace.lock_all();
                let mut keys = WriteKeys::new(locked, desk.occasion(), Changes::default());
                expired += keys.expire_fields_of_shard(shard, budget);
                let changes = keys.into_parts().1;
                names.extend(changes.notices.into_iter().map(|notice| notice.event.name));
            }
            (expired, names.join(" "))
        };
        assert_eq!(expire(&desk, 100), (0, String::new()));
        desk.now_ms += 10;
        assert_eq!(expire(&desk, 1), (1, "hexpired".to_owned()));
        assert_eq!(expire(&desk, 100), (1, "hexpired".to_owned()));
        assert_eq!(desk.run("HLEN h"), ":2");
        // What was written since counts, not what was planned.
        desk.run("HPERSIST h FIELDS 1 c");
        desk.now_ms += 10;
        assert_eq!(expire(&desk, 100), (1, "hexpired".to_owned()));
        desk.run("HPEXPIRE h 10 FIELDS 1 c");
        desk.now_ms += 10;
        assert_eq!(expire(&desk, 100), (1, "hexpired del".to_owned()));
        assert_eq!(expire(&desk, 100), (0, String::new()));
    }
}
