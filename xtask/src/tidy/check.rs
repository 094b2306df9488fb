//! Runs all checks and prints what they found.

use anyhow::{Result, ensure};

use super::edges::check_edges;
use super::sources::{Source, check_source, functions, tracked_files};

/// How many of the longest files and functions are shown.
const LONGEST_SHOWN: usize = 10;

/// Prints the longest files and functions, and fails on anything that is not allowed.
pub(crate) fn check() -> Result<()> {
    let mut problems = check_edges()?;
    let mut files = Vec::new();
    let mut bodies = Vec::new();
    for path in tracked_files()? {
        let Some(source) = Source::read(&path)? else { continue };
        problems.extend(check_source(&source));
        if source.is_rust() && !source.is_test() {
            files.push((source.text.lines().count(), source.path.clone()));
            for function in functions(&source.text) {
                bodies.push((function.lines, format!("{} in {}", function.name, source.path)));
            }
        }
    }
    show_longest("files", files);
    show_longest("functions", bodies);
    for problem in &problems {
        eprintln!("tidy: {problem}");
    }
    ensure!(problems.is_empty(), "{} untidy place(s)", problems.len());
    Ok(())
}

fn show_longest(what: &str, mut found: Vec<(usize, String)>) {
    found.sort_by(|a, b| b.cmp(a));
    println!("longest {what}, in lines:");
    for (lines, name) in found.iter().take(LONGEST_SHOWN) {
        println!("{lines:6}  {name}");
    }
}
