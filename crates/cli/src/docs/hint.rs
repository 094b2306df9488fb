//! Which arguments are still to be typed.

use super::argument::{Argument, Body};

/// How an argument takes words.
enum Taken {
    /// It takes none of them.
    Nothing,
    /// It takes this many.
    Whole(usize),
    /// It takes all that are left and wants more, written like this.
    Partly(String),
}

/// The arguments that are not typed yet, as help shows them; `None` where more is typed than fits.
pub(super) fn remaining(arguments: &[Argument], words: &[&str]) -> Option<String> {
    let mut parts = Vec::new();
    let mut words = words;
    let mut index = 0;
    while index < arguments.len() {
        // Neighbours that are optional may come in any order.
        let group = arguments[index..].iter().take_while(|one| one.is_optional).count().max(1);
        words = take_group(&arguments[index..index + group], words, &mut parts);
        index += group;
    }
    let may_go_on = arguments.iter().any(|argument| argument.is_multiple);
    (words.is_empty() || may_go_on).then(|| parts.join(" "))
}

/// Lets arguments take words in any order; gives the words that are left.
fn take_group<'a, 'w>(
    group: &[Argument],
    words: &'a [&'w str],
    parts: &mut Vec<String>,
) -> &'a [&'w str] {
    let mut words = words;
    let mut shown: Vec<Option<String>> = group.iter().map(|one| Some(one.syntax())).collect();
    let mut is_open = vec![true; group.len()];
    while !words.is_empty() {
        let mut has_taken = false;
        for (index, argument) in group.iter().enumerate() {
            if !is_open[index] {
                continue;
            }
            match take(argument, words) {
                Taken::Nothing => continue,
                Taken::Whole(count) => {
                    words = &words[count..];
                    shown[index] = None;
                }
                Taken::Partly(rest) => {
                    words = &[];
                    shown[index] = Some(rest);
                }
            }
            is_open[index] = argument.is_multiple;
            if argument.is_multiple && shown[index].is_none() {
                shown[index] = Some(format!("[{} ...]", argument.again()));
            }
            has_taken = true;
            break;
        }
        if !has_taken {
            break;
        }
    }
    parts.extend(shown.into_iter().flatten());
    words
}

fn take(argument: &Argument, words: &[&str]) -> Taken {
    let Some(token) = &argument.token else { return take_body(argument, words) };
    if !words.first().is_some_and(|word| word.eq_ignore_ascii_case(token)) {
        return Taken::Nothing;
    }
    if argument.body == Body::Token {
        return Taken::Whole(1);
    }
    if words.len() == 1 {
        let once = argument.once();
        return Taken::Partly(once[token.len()..].trim_start().to_owned());
    }
    match take_body(argument, &words[1..]) {
        Taken::Nothing => Taken::Nothing,
        Taken::Whole(count) => Taken::Whole(count + 1),
        partly @ Taken::Partly(_) => partly,
    }
}

fn take_body(argument: &Argument, words: &[&str]) -> Taken {
    match &argument.body {
        Body::Token => Taken::Nothing,
        Body::Value(_) => Taken::Whole(1),
        Body::OneOf(choices) => {
            let takes = |choice: &Argument| take(choice, words);
            let taken = choices.iter().map(takes).find(|taken| !matches!(taken, Taken::Nothing));
            taken.unwrap_or(Taken::Nothing)
        }
        Body::Block(parts) => take_block(parts, words),
    }
}

fn take_block(parts: &[Argument], words: &[&str]) -> Taken {
    let mut taken = 0;
    for (index, part) in parts.iter().enumerate() {
        if taken == words.len() {
            let rest: Vec<String> = parts[index..].iter().map(Argument::syntax).collect();
            let is_done = parts[index..].iter().all(|part| part.is_optional);
            return if is_done { Taken::Whole(taken) } else { Taken::Partly(rest.join(" ")) };
        }
        match take(part, &words[taken..]) {
            Taken::Nothing if part.is_optional => {}
            Taken::Nothing => return Taken::Nothing,
            Taken::Whole(count) => taken += count,
            Taken::Partly(rest) => return Taken::Partly(rest),
        }
    }
    if taken == 0 { Taken::Nothing } else { Taken::Whole(taken) }
}
