//! Looks at the text of source files.

use anyhow::Result;

use crate::process::{output, program, workspace};

/// Lines of a file that is no test at most. Beyond 300, two files usually read better.
const FILE_LINES_MAX: usize = 600;

/// Notes left behind, in two halves so that this file does not hold them.
const NOTES: [(&str, &str); 4] =
    [("TO", "DO"), ("FIX", "ME"), ("to", "do!("), ("unimpl", "emented!(")];

/// Beginnings of paths that exist on one machine only, in two halves.
const MACHINE_PATHS: [(&str, &str); 3] = [("/ho", "me/"), ("/ro", "ot/"), ("/Us", "ers/")];

/// Where unsafe code may stand.
const UNSAFE_FOLDERS: [&str; 2] = ["crates/net/src/sys", "crates/data/src/encoding"];

/// Endings of files that are read.
const TEXT_ENDINGS: [&str; 12] =
    ["rs", "py", "js", "toml", "md", "sh", "txt", "json", "conf", "html", "css", "run"];

/// A text file of the project.
pub(super) struct Source {
    /// From the workspace's root.
    pub(super) path: String,
    /// What it holds.
    pub(super) text: String,
}

/// A function and how long it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function {
    /// Its name.
    pub(super) name: String,
    /// From its signature to its closing brace.
    pub(super) lines: usize,
}

impl Source {
    /// Reads a file; `None` when it is no text or is gone.
    pub(super) fn read(path: &str) -> Result<Option<Self>> {
        let ending = path.rsplit(['.', '/']).next().unwrap_or_default();
        let file = workspace().join(path);
        if !TEXT_ENDINGS.contains(&ending) || !file.is_file() {
            return Ok(None);
        }
        Ok(Some(Self { path: path.to_owned(), text: std::fs::read_to_string(file)? }))
    }

    pub(super) fn is_rust(&self) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| ending == "rs")
    }

    /// Whether the file holds tests only.
    pub(super) fn is_test(&self) -> bool {
        let parts = self.path.split(['/', '.']);
        parts.into_iter().any(|part| matches!(part, "tests" | "benches" | "fuzz"))
            || self.path.ends_with("_tests.rs")
    }
}

/// Every file that is, or is to be, under version control.
pub(super) fn tracked_files() -> Result<Vec<String>> {
    let names = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let list = output(program("git").args(names))?;
    Ok(list.lines().map(str::to_owned).collect())
}

/// What is wrong in a file.
pub(super) fn check_source(source: &Source) -> Vec<String> {
    let mut problems = Vec::new();
    let path = &source.path;
    for (number, line) in source.text.lines().enumerate() {
        let mut report = |what: String| problems.push(format!("{path}:{}: {what}", number + 1));
        for (first, second) in MACHINE_PATHS {
            let machine_path = format!("{first}{second}");
            if line.contains(&machine_path) {
                report(format!("{machine_path} is a path of one machine"));
            }
        }
        if !source.is_rust() {
            continue;
        }
        for (first, second) in NOTES {
            let note = format!("{first}{second}");
            if line.contains(&note) {
                report(format!("{note}: a gap is a test or an issue"));
            }
        }
        let allowed = UNSAFE_FOLDERS.iter().any(|folder| path.starts_with(folder));
        if !allowed && is_unsafe(line) {
            report("unsafe code belongs into net/src/sys or data/src/encoding".to_owned());
        }
    }
    let lines = source.text.lines().count();
    if source.is_rust() && !source.is_test() && lines > FILE_LINES_MAX {
        problems.push(format!("{path}: {lines} lines, {FILE_LINES_MAX} at most"));
    }
    problems
}

/// Whether a line holds an unsafe block, function, trait or implementation.
fn is_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let mut words = code.split(|letter: char| letter.is_whitespace() || "(=|&".contains(letter));
    words.any(|word| word == concat!("uns", "afe") || word == concat!("uns", "afe{"))
}

/// The functions of a formatted file: each ends at the brace below its own indentation.
pub(super) fn functions(text: &str) -> Vec<Function> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indentation = &line[..line.len() - line.trim_start().len()];
        let closing = format!("{indentation}}}");
        // A one-line function ends where it begins; a declaration has no body.
        if line.ends_with('}') || line.ends_with(';') {
            continue;
        }
        if let Some(length) = lines[start..].iter().position(|line| **line == closing) {
            found.push(Function { name, lines: length + 1 });
        }
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    words
        .by_ref()
        .find(|word| {
            !(matches!(*word, "pub" | "const" | "async" | "extern" | "\"C\"")
                || word.starts_with("pub("))
                && *word != concat!("uns", "afe")
        })
        .filter(|word| *word == "fn")?;
    let name = words.next()?.split(['(', '<']).next()?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<String> {
        check_source(&Source { path: path.to_owned(), text: text.to_owned() })
    }

    #[test]
    fn notes_and_machine_paths_are_found() {
        let note = format!("// {}{} later\n", "TO", "DO");
        assert_eq!(problems("crates/a/src/b.rs", &note).len(), 1);
        assert_eq!(problems("docs/a.md", &note).len(), 0);
        let path = format!("see {}{}\n", "/ho", "me/me");
        assert_eq!(problems("docs/a.md", &path).len(), 1);
    }

    #[test]
    fn unsafe_code_is_found_outside_its_folders() {
        let text = format!("let x = {} {{ y() }};\n", "unsafe");
        assert_eq!(problems("crates/server/src/a.rs", &text).len(), 1);
        assert_eq!(problems("crates/net/src/sys/a.rs", &text).len(), 0);
        assert_eq!(problems("crates/server/src/a.rs", "#![forbid(unsafe_code)]\n").len(), 0);
        assert_eq!(problems("crates/server/src/a.rs", "// nothing unsafe here\n").len(), 0);
    }

    #[test]
    fn long_files_are_found_unless_they_are_tests() {
        let text = "//\n".repeat(FILE_LINES_MAX + 1);
        assert_eq!(problems("crates/a/src/b.rs", &text).len(), 1);
        assert_eq!(problems("crates/a/src/b/tests.rs", &text).len(), 0);
        assert_eq!(problems("crates/a/tests/b.rs", &text).len(), 0);
    }

    #[test]
    fn functions_are_measured() {
        let text = "impl A {\n    pub(crate) fn long<T>(&self) {\n        if x {\n        }\n    }\n}\nfn short() {}\n";
        assert_eq!(functions(text), [Function { name: "long".to_owned(), lines: 4 }]);
    }
}
