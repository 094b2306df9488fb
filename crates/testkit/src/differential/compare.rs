//! Whether two servers said the same, once what may differ is masked.

use fanfare_protocol::decode::Value;
use fanfare_stdx::words::split_words;

use super::play::{CONTROL_NAME, Received, Transcript};
use super::sequence::{Action, Sequence};
use super::vocabulary::{LATER_PARAMETERS, VOLATILE_FIELDS, VOLATILE_PARAMETERS};
use crate::connection::Frame;

/// How much of a long reply a failure shows.
const EXCERPT_CHARS: usize = 400;

/// The first difference between two transcripts of `sequence`, as text; `None` when there is none.
pub fn difference(
    sequence: &Sequence,
    reference: &Transcript,
    subject: &Transcript,
) -> Option<String> {
    for (index, step) in sequence.steps.iter().enumerate() {
        let (Some(theirs), Some(ours)) = (reference.get(index), subject.get(index)) else {
            return Some(format!("step {}: only one server got here", index + 1));
        };
        for number in 0..sequence.connections.len() {
            let theirs = normalised(&step.action, &theirs[number]);
            let ours = normalised(&step.action, &ours[number]);
            if theirs != ours {
                let [theirs, ours] = excerpts(&theirs.join("\n"), &ours.join("\n"));
                return Some(format!(
                    "step {}: {step}\non connection {number}\nreference: {theirs}\nsubject:   {ours}",
                    index + 1
                ));
            }
        }
    }
    None
}

/// Both texts from a little before their first difference, if they are long.
fn excerpts(left: &str, right: &str) -> [String; 2] {
    let common = left.chars().zip(right.chars()).take_while(|(a, b)| a == b).count();
    let start = if left.len().max(right.len()) > EXCERPT_CHARS {
        common.saturating_sub(EXCERPT_CHARS / 4)
    } else {
        0
    };
    let cut = |text: &str| {
        let excerpt: String = text.chars().skip(start).take(EXCERPT_CHARS).collect();
        if start > 0 { format!("…{excerpt}") } else { excerpt }
    };
    [cut(left), cut(right)]
}

/// What one connection received, as lines that are equal when nothing of importance differs.
fn normalised(action: &Action, received: &Received) -> Vec<String> {
    let mut lines: Vec<String> =
        received.frames.iter().map(|frame| normalised_frame(action, frame)).collect();
    sort_names_of_unsubscribe(&received.frames, &mut lines);
    sort_messages_of_patterns(&received.frames, &mut lines);
    if received.closed {
        lines.push("(closed)".to_owned());
    }
    lines
}

fn normalised_frame(action: &Action, frame: &Frame) -> String {
    let value = &frame.value;
    let text = value.as_bytes().map(String::from_utf8_lossy);
    let is = |words: &[&str]| action.begins_with(words);
    if matches!(value, Value::Error(_)) || kind(frame).is_some() {
        return exact(frame);
    }
    if is(&["CLIENT", "ID"]) || is(&["TIME"]) || is(&["INFO"]) || is(&["LOLWUT"]) {
        return format!("a reply that begins with {:?}", frame.bytes.first().map(|&b| b as char));
    }
    if let Some(text) = &text
        && text.starts_with("id=")
    {
        return format!("{:?} {}", frame.bytes[0] as char, client_lines(text));
    }
    if is_greeting(value) {
        return pairs_except(value, &["id", "version", "modules"]);
    }
    if is(&["CONFIG", "GET"]) {
        return pairs_except(value, VOLATILE_PARAMETERS);
    }
    if is(&["PUBSUB", "CHANNELS"]) || is(&["PUBSUB", "SHARDCHANNELS"]) || is(&["COMMAND", "LIST"]) {
        let mut items: Vec<String> =
            value.as_items().unwrap_or_default().iter().map(|item| format!("{item:?}")).collect();
        items.sort();
        return format!("{:?} {items:?}", frame.bytes[0] as char);
    }
    exact(frame)
}

/// Whether this is the reply to `HELLO`, which bytes that ended inside a request may grow to.
fn is_greeting(value: &Value) -> bool {
    let pairs = value.clone().into_pairs().unwrap_or_default();
    let names: Vec<&[u8]> = pairs.iter().filter_map(|(name, _)| name.as_bytes()).collect();
    names.starts_with(&[b"server", b"version"])
}

fn exact(frame: &Frame) -> String {
    frame.bytes.escape_ascii().to_string()
}

/// The first word of a frame that a subscriber is sent: `message`, `subscribe`, ….
fn kind(frame: &Frame) -> Option<&[u8]> {
    let kind = frame.value.as_items()?.first()?.as_bytes()?;
    (kind.ends_with(b"message") || kind.ends_with(b"subscribe")).then_some(kind)
}

/// Pairs in the order of their keys, with the values of some keys left out, and without parameters that not all servers have.
fn pairs_except(value: &Value, volatile: &[&str]) -> String {
    let is_map = matches!(value, Value::Map(_));
    let Some(pairs) = value.clone().into_pairs() else { return format!("{value:?}") };
    let mut lines = Vec::new();
    for (key, value) in pairs {
        let name = String::from_utf8_lossy(key.as_bytes().unwrap_or_default()).into_owned();
        if LATER_PARAMETERS.contains(&&*name) {
            continue;
        }
        let known = volatile.iter().any(|volatile| name.eq_ignore_ascii_case(volatile));
        lines.push(if known { format!("{key:?}") } else { format!("{key:?} {value:?}") });
    }
    lines.sort();
    format!("map {is_map} {}", lines.join(", "))
}

/// The lines of `CLIENT LIST` without what differs between runs.
fn client_lines(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let words = split_words(line.as_bytes()).unwrap_or_default();
        let words = words.iter().map(|word| String::from_utf8_lossy(word).into_owned());
        let mut fields = Vec::new();
        for word in words {
            let (name, value) = word.split_once('=').unwrap_or((&word, ""));
            let volatile = VOLATILE_FIELDS.contains(&name);
            fields.push(if volatile { name.to_owned() } else { format!("{name}={value}") });
        }
        if !fields.contains(&format!("name={CONTROL_NAME}")) {
            lines.push(fields.join(" "));
        }
    }
    lines.join("\n")
}

/// Without arguments, `UNSUBSCRIBE` ends subscriptions in any order, though its counts fall in order.
fn sort_names_of_unsubscribe(frames: &[Frame], lines: &mut [String]) {
    sort_runs(frames, lines, |frame| {
        let kind = kind(frame)?;
        kind.ends_with(b"unsubscribe").then(|| kind.to_vec())
    });
}

/// Nobody promises in which order the patterns of one connection hear a message.
fn sort_messages_of_patterns(frames: &[Frame], lines: &mut [String]) {
    sort_runs(frames, lines, |frame| {
        if kind(frame)? != b"pmessage" {
            return None;
        }
        Some(format!("{:?}", &frame.value.as_items()?[2..]).into_bytes())
    });
}

/// Sorts each run of frames with equal keys by name; what counts belong to is kept apart.
fn sort_runs(frames: &[Frame], lines: &mut [String], key: impl Fn(&Frame) -> Option<Vec<u8>>) {
    let mut start = 0;
    while start < frames.len() {
        let Some(first) = key(&frames[start]) else {
            start += 1;
            continue;
        };
        let length =
            frames[start..].iter().take_while(|frame| key(frame).as_ref() == Some(&first)).count();
        if length > 1 {
            let run = &frames[start..start + length];
            let mut names: Vec<String> = run.iter().map(|frame| element(frame, 1)).collect();
            names.sort();
            for ((line, name), frame) in lines[start..].iter_mut().zip(names).zip(run) {
                let kind = frame.bytes.first().map(|&byte| byte as char);
                *line = format!("{kind:?} {} {name} {}", element(frame, 0), element(frame, 2));
            }
        }
        start += length;
    }
}

fn element(frame: &Frame, index: usize) -> String {
    format!("{:?}", frame.value.as_items().and_then(|items| items.get(index)))
}

#[cfg(test)]
mod tests {
    use fanfare_protocol::decode::Value;

    use super::normalised_frame;
    use crate::connection::Frame;
    use crate::differential::sequence::Action;

    fn greeting(version: &str, id: i64, protocol: i64) -> String {
        let text = |text: &str| Value::Bulk(text.as_bytes().to_vec());
        let value = Value::Array(vec![
            text("server"),
            text("redis"),
            text("version"),
            text(version),
            text("proto"),
            Value::Integer(protocol),
            text("id"),
            Value::Integer(id),
        ]);
        let action = Action::Bytes(b"ECHO hello\n".to_vec());
        normalised_frame(&action, &Frame { bytes: Vec::new(), value })
    }

    #[test]
    fn greetings_differ_in_what_is_not_of_a_version_or_connection() {
        assert_eq!(greeting("8.2.3", 7, 2), greeting("8.2.0", 4, 2));
        assert_ne!(greeting("8.2.3", 7, 2), greeting("8.2.3", 7, 3));
    }
}
