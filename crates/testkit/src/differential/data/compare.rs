//! Whether two servers replied the same, once what may differ is masked.

use fanfare_protocol::decode::{Decoder, Value};

use super::catalog::{Catalog, Promise};
use super::play::Replies;
use super::state::State;
use crate::differential::sequence::{Action, Sequence, Word};

/// How far times may differ: in seconds and in milliseconds.
const TOLERANCE: [i64; 2] = [5, 5_000];

/// Numbers from here on are times of this run, in milliseconds since 1970; no count is so great.
const RECENT_MILLISECONDS: i64 = 1_000_000_000_000;

/// Redis says so of any element that is to be sorted as a number, once some other number was too large.
const NO_NUMBER: &[u8] = b"ERR One or more scores can't be converted into double";

/// How much of a long reply a failure shows.
const EXCERPT_CHARS: usize = 600;

/// The words of a request as text, the first in lower case.
type Words = Vec<String>;

/// The first difference between the replies to a sequence, as text.
pub fn difference(
    sequence: &Sequence,
    catalog: &Catalog,
    theirs: &Replies,
    ours: &Replies,
) -> Option<String> {
    let mut queues: Vec<Option<Vec<Words>>> = vec![None; sequence.connections.len()];
    for (index, step) in sequence.steps.iter().enumerate() {
        let (left, right) = (theirs.get(index), ours.get(index));
        let words = words_of(&step.action);
        let queue = &mut queues[step.connection];
        if left != right && !is_same(catalog, &words, queue.as_deref(), left, right) {
            return Some(format!(
                "step {}: {step}\nreference: {}\nsubject:   {}",
                index + 1,
                excerpt(left),
                excerpt(right)
            ));
        }
        follow(queue, words, left);
    }
    None
}

/// The first difference between what is left. Sorting a sorted set gives it the form of a large one in
/// Redis, which is a known difference, and the form of a combination of sets depends on the order of
/// their tables.
pub fn state_difference(sequence: &Sequence, catalog: &Catalog, state: &State) -> Option<String> {
    let has_step = |name| sequence.steps.iter().any(|step| step.action.begins_with(&[name]));
    let may_be_large =
        ["SORT", "SORT_RO", "SUNIONSTORE", "SINTERSTORE", "SDIFFSTORE"].into_iter().any(has_step);
    let (theirs, ours) = (&state.replies[0], &state.replies[1]);
    let mut encoding = Vec::new();
    for (index, request) in state.requests.iter().enumerate() {
        let (mut left, mut right) = (theirs.get(index), ours.get(index));
        let mut words = request.clone();
        words[0].make_ascii_lowercase();
        if words[0] == "info" {
            (left, right) = (lookups(left), lookups(right));
        }
        if words[0] == "object" {
            encoding = left.to_vec();
        }
        // Small hashes are kept in the order of their making. So are small sets, unless they were
        // made from large ones.
        let is_ordered = match words[0].as_str() {
            "hgetall" => encoding.ends_with(b"listpack\r\n"),
            "smembers" => encoding.ends_with(b"intset\r\n"),
            "object" => !may_be_large,
            _ => false,
        };
        if left != right && (is_ordered || !is_same(catalog, &words, None, left, right)) {
            return Some(format!(
                "at the end: {}\nreference: {}\nsubject:   {}",
                request.join(" "),
                excerpt(left),
                excerpt(right)
            ));
        }
    }
    None
}

/// The part of `INFO stats` that counts look-ups that found a key, and that did not.
fn lookups(info: &[u8]) -> &[u8] {
    let text = std::str::from_utf8(info).unwrap_or_default();
    let start = text.find("keyspace_hits").unwrap_or(text.len());
    let end = text.find("pubsub_channels").unwrap_or(text.len());
    text.get(start..end).unwrap_or_default().as_bytes()
}

fn excerpt(reply: &[u8]) -> String {
    reply.escape_ascii().to_string().chars().take(EXCERPT_CHARS).collect()
}

fn words_of(action: &Action) -> Words {
    let Action::Request { words, .. } = action else { return Vec::new() };
    let mut words: Words = words
        .iter()
        .map(|word| match word {
            Word::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            _ => String::new(),
        })
        .collect();
    words[0].make_ascii_lowercase();
    words
}

/// Keeps track of what a transaction has queued.
fn follow(queue: &mut Option<Vec<Words>>, words: Words, reply: &[u8]) {
    if reply == b"+QUEUED\r\n" {
        queue.get_or_insert_default().push(words);
    } else if words[0] == "multi" && reply == b"+OK\r\n" {
        *queue = Some(Vec::new());
    } else if words[0] == "exec" || words[0] == "discard" {
        *queue = None;
    }
}

/// Whether replies that are not the same to the byte say the same.
fn is_same(
    catalog: &Catalog,
    words: &Words,
    queue: Option<&[Words]>,
    left: &[u8],
    right: &[u8],
) -> bool {
    let (Some(left), Some(right)) = (value(left), value(right)) else { return false };
    if words[0] != "exec" {
        return are_equal(catalog, words, &left, &right);
    }
    let (Some(left), Some(right), Some(queue)) = (left.as_items(), right.as_items(), queue) else {
        return false;
    };
    left.len() == right.len()
        && left.len() == queue.len()
        && queue
            .iter()
            .zip(left.iter().zip(right))
            .all(|(words, (left, right))| left == right || are_equal(catalog, words, left, right))
}

/// Whether two values reply the same to a request.
fn are_equal(catalog: &Catalog, words: &Words, left: &Value, right: &Value) -> bool {
    match words[0].as_str() {
        "ttl" | "expiretime" | "httl" | "hexpiretime" => is_near(left, right, TOLERANCE[0]),
        "pttl" | "pexpiretime" | "hpttl" | "hpexpiretime" => is_near(left, right, TOLERANCE[1]),
        "scan" | "sscan" | "hscan" | "zscan" => scanned(words, left, right),
        "xpending" => is_same_pending(left, right),
        "sort" | "sort_ro" if left.as_error() == Some(NO_NUMBER) => true,
        "sort" | "sort_ro" if leaves_order_open(words, [left, right]) => {
            let text = |value| {
                if has_word(words, "limit") { shape(value) } else { any_order(value, false) }
            };
            text(left) == text(right)
        }
        _ => normal(catalog, words, left) == normal(catalog, words, right),
    }
}

fn value(bytes: &[u8]) -> Option<Value> {
    let mut decoder = Decoder::new();
    decoder.feed(bytes);
    decoder.next_value().ok().flatten()
}

/// A text that is the same for replies that differ in nothing of importance.
fn normal(catalog: &Catalog, words: &Words, value: &Value) -> String {
    if matches!(value, Value::Error(_)) {
        return format!("{value:?}");
    }
    match words[0].as_str() {
        "object" => {
            let text = format!("{value:?}");
            return text.replace("skiplist", "listpack").replace("hashtable", "listpack");
        }
        "xinfo" => return without_times(value),
        // Nothing is left to the clock here, whatever the reference says of its replies.
        name if name.starts_with('x') => return format!("{value:?}"),
        _ => {}
    }
    match catalog.promise(&words[0]) {
        Promise::Exact => format!("{value:?}"),
        Promise::AnyOrder => any_order(value, words[0] == "hgetall"),
        Promise::Shape => shape(value),
    }
}

/// Whether times are the same but for what passed between two servers' replies.
fn is_near(left: &Value, right: &Value, tolerance: i64) -> bool {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) if *left > 0 && *right > 0 => {
            left.abs_diff(*right) <= tolerance as u64
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| is_near(left, right, tolerance))
        }
        _ => left == right,
    }
}

/// Elements in the order of their texts.
fn any_order(value: &Value, is_pairs: bool) -> String {
    let (kind, mut lines) = match value {
        Value::Map(_) => ('%', pair_lines(value)),
        Value::Array(_) if is_pairs => ('*', pair_lines(value)),
        Value::Array(items) => ('*', items.iter().map(|item| format!("{item:?}")).collect()),
        Value::Set(items) => ('~', items.iter().map(|item| format!("{item:?}")).collect()),
        _ => return format!("{value:?}"),
    };
    lines.sort();
    format!("{kind} {lines:?}")
}

fn pair_lines(value: &Value) -> Vec<String> {
    let pairs = value.clone().into_pairs().unwrap_or_default();
    pairs.iter().map(|(key, value)| format!("{key:?} {value:?}")).collect()
}

/// Types and lengths, without content.
fn shape(value: &Value) -> String {
    match value {
        Value::Integer(_) => ":".to_owned(),
        Value::Bulk(_) => "$".to_owned(),
        Value::Double(_) => ",".to_owned(),
        Value::Array(items) | Value::Set(items) => {
            let of_items: Vec<String> = items.iter().map(shape).collect();
            format!("{} [{}]", matches!(value, Value::Set(_)), of_items.join(" "))
        }
        _ => format!("{value:?}"),
    }
}

/// Whether `XPENDING` says the same but for how long ago deliveries were.
fn is_same_pending(left: &Value, right: &Value) -> bool {
    let (Some(left), Some(right)) = (left.as_items(), right.as_items()) else {
        return left == right;
    };
    left.len() == right.len()
        && left.iter().zip(right).all(|pair| match (pair.0.as_items(), pair.1.as_items()) {
            (Some([id, name, left, count]), Some([other_id, other_name, right, other_count])) => {
                let is_same = (id, name, count) == (other_id, other_name, other_count);
                let (Value::Integer(left), Value::Integer(right)) = (left, right) else {
                    return false;
                };
                is_same && left.abs_diff(*right) <= TOLERANCE[1] as u64
            }
            _ => pair.0 == pair.1,
        })
}

/// What `XINFO` says without how long ago something was, and without the shape of nodes.
fn without_times(value: &Value) -> String {
    let Some(pairs) = value.clone().into_pairs().filter(|pairs| is_named(pairs)) else {
        return match value {
            Value::Array(items) => {
                format!("{:?}", items.iter().map(without_times).collect::<Vec<_>>())
            }
            Value::Integer(time) if *time >= RECENT_MILLISECONDS => ":".to_owned(),
            _ => format!("{value:?}"),
        };
    };
    let mut lines = Vec::new();
    for (name, value) in pairs {
        let is_masked = match name.as_bytes().unwrap_or_default() {
            // Less than zero says that there was no such time.
            b"idle" | b"inactive" | b"seen-time" | b"active-time" => {
                value.as_integer().is_some_and(|time| time >= 0)
            }
            name => name.starts_with(b"radix-tree"),
        };
        let text = if is_masked { shape(&value) } else { without_times(&value) };
        lines.push(format!("{name:?} {text}"));
    }
    format!("{} {lines:?}", matches!(value, Value::Map(_)))
}

/// Whether pairs are facts with names.
fn is_named(pairs: &[(Value, Value)]) -> bool {
    !pairs.is_empty() && pairs.iter().all(|(name, _)| matches!(name, Value::Bulk(_)))
}

/// Whether steps of scans agree: in all elements where one step is the whole scan of both.
fn scanned(words: &Words, left: &Value, right: &Value) -> bool {
    let (Some([Value::Bulk(theirs), left]), Some([Value::Bulk(ours), right])) =
        (left.as_items(), right.as_items())
    else {
        return left == right;
    };
    let cursor_at = usize::from(words[0] != "scan") + 1;
    let is_first = words.get(cursor_at).is_some_and(|cursor| cursor == "0");
    if is_first && theirs == b"0" && ours == b"0" {
        let has_values = !words.iter().any(|word| word.eq_ignore_ascii_case("novalues"));
        let is_pairs = words[0] == "zscan" || words[0] == "hscan" && has_values;
        return any_order(left, is_pairs) == any_order(right, is_pairs);
    }
    matches!((left, right), (Value::Array(_), Value::Array(_)))
}

/// Whether `SORT` may find elements equal that are not the same: of equal weight, or, with `ALPHA`, the same up to their
/// first zero byte. Their order is that of a set's table, then.
fn leaves_order_open(words: &Words, replies: [&Value; 2]) -> bool {
    let has_zero = |value: &Value| value.as_bytes().is_some_and(|bytes| bytes.contains(&0));
    let shows_zero = || {
        replies.iter().any(|reply| reply.as_items().is_some_and(|items| items.iter().any(has_zero)))
    };
    // What `GET` shows are not the elements.
    has_word(words, "by") || has_word(words, "alpha") && (has_word(words, "get") || shows_zero())
}

fn has_word(words: &Words, text: &str) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Redis compares texts up to their first zero byte, and the table of a set has another order on each server.
    #[test]
    fn texts_that_are_equal_up_to_a_zero_byte_are_in_any_order() {
        let reply = |texts: &[&str]| {
            Value::Array(texts.iter().map(|text| Value::Bulk(text.as_bytes().into())).collect())
        };
        for (request, left, right, expected) in [
            ("sort e ALPHA", ["", "\0"], ["\0", ""], true),
            ("sort e ALPHA LIMIT 0 2", ["", "\0"], ["b", "\0"], true),
            ("sort e ALPHA", ["", "\0"], ["", "a"], false),
            ("sort e ALPHA", ["a", "b"], ["b", "a"], false),
            ("sort e", ["1", "2"], ["2", "1"], false),
            ("sort e BY w*", ["a", "b"], ["b", "a"], true),
        ] {
            let words: Words = request.split(' ').map(str::to_owned).collect();
            let is_equal = are_equal(&Catalog::default(), &words, &reply(&left), &reply(&right));
            assert_eq!(is_equal, expected, "{request}: {left:?} {right:?}");
        }
    }
}
