//! Subcommands of `DEBUG` that tell how values and keys are kept. They have the words of Redis where our structures have
//! something that these words mean.

use std::fmt::Write as _;

use fanfare_data::encoding::entry::ValueRef;
use fanfare_data::encoding::listpack::Listpack;
use fanfare_data::list::ListRef;
use fanfare_data::object::{KeyEntry, Object};
use fanfare_protocol::Reply;
use fanfare_stdx::number::parse_i64;

use crate::command::{Args, CommandError};
use crate::families::object::SAMPLES_DEFAULT;
use crate::families::object::encoding_of;
use crate::keyspace::{Limit, TableFigures, WriteKeys, access};

const NO_SUCH_KEY: CommandError = CommandError::Text("ERR no such key");
const NO_LISTPACK: CommandError = CommandError::Text("ERR Not a listpack encoded object.");
const NO_TABLE: CommandError = CommandError::Text(
    "ERR The value stored at the specified key is not represented using an hash table",
);
const NO_DATABASE: CommandError = CommandError::Text("ERR Out of range database");

/// Bits of Redis's clock for `lru`, in seconds.
const CLOCK_MASK: i64 = (1 << 24) - 1;

/// `DEBUG OBJECT`.
pub fn object(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let now_ms = keys.now_ms();
    let block_setting = keys.limit(Limit::ListBlock);
    let entry = keys.peek(args.required()?).ok_or(NO_SUCH_KEY)?;
    let idle_s = access::idle_seconds(entry.access(), now_ms) as i64;
    let mut line = format!(
        "Value at:{:p} refcount:1 encoding:{} serializedlength:{} lru:{} lru_seconds_idle:{idle_s}",
        std::ptr::from_ref(entry),
        encoding_of(entry),
        value_bytes(entry),
        (now_ms / 1000 - idle_s) & CLOCK_MASK,
    );
    if let ValueRef::Object(Object::List(list)) = entry.value() {
        let elements = ListRef::of(entry).map_or(0, ListRef::len);
        let _ = write!(
            line,
            " ql_nodes:{} ql_avg_node:{:.2} ql_listpack_max:{block_setting} ql_compressed:0 \
             ql_uncompressed_size:{}",
            list.blocks(),
            elements as f64 / list.blocks().max(1) as f64,
            list.redis_bytes(),
        );
    }
    reply.simple(&line);
    Ok(())
}

/// What a value takes in the form in which it is kept, in bytes.
fn value_bytes(entry: &KeyEntry) -> usize {
    match entry.value() {
        ValueRef::Integer(_) => size_of::<i64>(),
        ValueRef::Bytes(_, bytes) => bytes.len(),
        ValueRef::Object(object) => object.memory_bytes(SAMPLES_DEFAULT),
    }
}

/// `DEBUG LISTPACK`: Redis prints the listpack; here it is summed up in the reply.
pub fn listpack(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let entry = keys.peek(args.required()?).ok_or(NO_SUCH_KEY)?;
    let ValueRef::Bytes(_, bytes) = entry.value() else { return Err(NO_LISTPACK) };
    if !encoding_of(entry).starts_with("listpack") {
        return Err(NO_LISTPACK);
    }
    let listpack = Listpack::new(bytes);
    let (length, bytes) = (listpack.len(), listpack.redis_bytes());
    reply.simple(&format!("Listpack of {length} elements in {bytes} bytes"));
    Ok(())
}

/// `DEBUG HTSTATS`.
pub fn tables(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let number = parse_i64(args.required()?).ok_or(CommandError::NotAnInteger)?;
    let number = u32::try_from(number).ok().filter(|&number| number < keys.databases());
    let (figures, expiring) = keys.table_figures(number.ok_or(NO_DATABASE)?);
    let mut text = "[Dictionary HT]\n".to_owned();
    describe(&mut text, figures);
    text.push_str("[Expires HT]\n");
    // Expiries stand in the entries.
    describe(&mut text, TableFigures { places: 0, entries: expiring });
    reply.verbatim(*b"txt", text.as_bytes());
    Ok(())
}

/// `DEBUG HTSTATS-KEY`.
pub fn table_of_key(
    keys: &mut WriteKeys<'_>,
    mut args: Args<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), CommandError> {
    let entry = keys.peek(args.required()?).ok_or(NO_SUCH_KEY)?;
    let (places, entries) = match entry.value() {
        ValueRef::Object(Object::Set(members)) => (members.places(), members.len()),
        ValueRef::Object(Object::Hash(hash)) => (hash.places(), hash.len()),
        ValueRef::Object(Object::SortedSet(set)) => (set.places(), set.len()),
        ValueRef::Object(_) | ValueRef::Integer(_) | ValueRef::Bytes(..) => return Err(NO_TABLE),
    };
    let mut text = String::new();
    describe(&mut text, TableFigures { places, entries });
    reply.verbatim(*b"txt", text.as_bytes());
    Ok(())
}

/// Appends what Redis says of a table; nothing of an empty one.
fn describe(text: &mut String, figures: TableFigures) {
    if figures.entries > 0 {
        let _ = write!(
            text,
            "Hash table 0 stats (main hash table):\n table size: {}\n number of elements: {}\n",
            figures.places, figures.entries
        );
    }
}
