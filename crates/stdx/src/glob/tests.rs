use super::*;

/// Every text over the bytes that mean something, up to three bytes long.
fn texts() -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..3 {
        let until = all.len();
        for index in from..until {
            for byte in b"ab*?[]^-\\" {
                let mut text = all[index].clone();
                text.push(*byte);
                all.push(text);
            }
        }
        from = until;
    }
    all
}

/// Asserts which of the one-byte texts `pattern` matches.
#[track_caller]
fn check_bytes(pattern: &str, expected: &str) {
    let mut matched = String::new();
    for byte in "*-?[\\]^ab".chars() {
        if matches(pattern.as_bytes(), byte.to_string().as_bytes()) {
            matched.push(byte);
        }
    }
    assert_eq!(matched, expected, "pattern {pattern}");
}

#[track_caller]
fn check(pattern: &str, text: &str, expected: bool) {
    assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} on {text}");
}

#[track_caller]
fn check_folded(pattern: &str, expected: &[&str]) {
    let names = ["a", "A", "b", "B", "aB", "_", "Z", "z", "m", "M", "AA"];
    let matched: Vec<&str> = names
        .into_iter()
        .filter(|name| matches_ignoring_case(pattern.as_bytes(), name.as_bytes()))
        .collect();
    assert_eq!(matched, expected, "pattern {pattern}");
}

#[test]
fn classes_match_as_redis_does() {
    check_bytes("[", "");
    check_bytes("[]", "");
    check_bytes("[]a]", "");
    check_bytes("[^", "*-?[\\]^ab");
    check_bytes("[^]", "*-?[\\]^ab");
    check_bytes("[a", "a");
    check_bytes("[^a", "*-?[\\]^b");
    check_bytes("[\\", "\\");
    check_bytes("[\\]", "]");
    check_bytes("[\\]]", "]");
    check_bytes("[a-", "-a");
    check_bytes("[a-]", "]^a");
    check_bytes("[a-b", "ab");
    check_bytes("[b-a]", "ab");
    check_bytes("[a\\-b]", "-ab");
    check_bytes("[-a]", "-a");
    check_bytes("[--a]", "-?[\\]^a");
    check_bytes("[a-^]", "^a");
    check_bytes("[^^]", "*-?[\\]ab");
    check_bytes("[^-a]", "*?[\\]^b");
}

#[test]
fn the_bits_of_a_class_are_its_bytes() {
    for pattern in texts() {
        for token in tokens(&pattern) {
            let Token::Class(class) = token else { continue };
            let bits = class.bits();
            for byte in 0..=u8::MAX {
                let is_set = bits[usize::from(byte / 64)] >> (byte % 64) & 1 == 1;
                assert_eq!(is_set, class.contains(byte), "{byte} in {}", pattern.escape_ascii());
            }
        }
    }
}

#[test]
fn other_tokens_match_as_redis_does() {
    check_bytes("?", "*-?[\\]^ab");
    check_bytes("*", "*-?[\\]^ab");
    check_bytes("\\", "\\");
    check_bytes("\\a", "a");
    check_bytes("\\*", "*");
    check_bytes("", "");
    check("a\\", "a\\", true);
    check("user:*", "user:1:room:2", true);
    check("user:????", "user:123", false);
    check("*:b:*", "a:b:b:c", true);
    check("*ab", "aab", true);
    check("a*b*", "ab", true);
    check("h[ae]llo", "hallo", true);
}

#[test]
fn the_empty_text_matches_the_empty_pattern_alone() {
    check("", "", true);
    check("*", "", false);
    check("**", "", false);
    check("[^]", "", false);
}

#[test]
fn ignoring_case_folds_single_bytes_and_range_ends_but_no_escape_in_a_class() {
    check_folded("A", &["a", "A"]);
    check_folded("\\A", &["a", "A"]);
    check_folded("?B", &["aB"]);
    check_folded("*b", &["b", "B", "aB"]);
    check_folded("[AB]", &["a", "A", "b", "B"]);
    check_folded("[a-B]", &[]);
    check_folded("[A-B]", &["a", "A", "b", "B"]);
    check_folded("[a-Z]", &[]);
    check_folded("[_-a]", &["a", "A", "_"]);
    check_folded("[_-A]", &[]);
    check_folded("[\\a]", &["a"]);
    check_folded("[\\A]", &["A"]);
    check_folded("[^A]", &["b", "B", "_", "Z", "z", "m", "M"]);
}

#[test]
fn more_than_a_thousand_runs_match_nothing() {
    let text = "a".repeat(3000);
    check(&"*a".repeat(1000), &text, true);
    check(&"*a".repeat(1001), &text, false);
    check(&"a*".repeat(1001), &text, true);
    check(&"a*".repeat(1002), &text, false);
    check(&("*".repeat(5000) + "a"), &text, true);
}

#[test]
fn many_stars_take_no_exponential_time() {
    let pattern = "*a".repeat(900) + "b";
    check(&pattern, &"a".repeat(20_000), false);
}

#[test]
fn tokens_of_a_pattern_read_in_any_way_agree_with_the_whole_match() {
    for pattern in texts() {
        let single: Vec<Token<'_>> = tokens(&pattern).collect();
        for byte in b"ab*?[]^-\\" {
            let expected = match single[..] {
                [Token::AnyRun] => true,
                [token] | [Token::AnyRun, token] | [token, Token::AnyRun] => token.accepts(*byte),
                [Token::AnyRun, token, Token::AnyRun] => token.accepts(*byte),
                _ => false,
            };
            assert_eq!(matches(&pattern, &[*byte]), expected, "{pattern:?} on {byte}");
        }
    }
}
