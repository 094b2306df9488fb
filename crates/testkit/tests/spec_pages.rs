//! Runs every page of `tests/spec` against Fanfare and against real servers, in RESP2 and RESP3; against Fanfare also with
//! requests in pipelines.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use fanfare_protocol::RespVersion;
use fanfare_protocol::decode::Value;
use fanfare_testkit::spec::page::Action;
use fanfare_testkit::spec::{Page, Sending, Setting, run_page};
use fanfare_testkit::{Product, TestServer, locate};
use libtest_mimic::{Arguments, Failed, Trial};

const SETTINGS: [(Product, Sending); 4] = [
    (Product::Fanfare, Sending::OneByOne),
    (Product::Fanfare, Sending::Together),
    (Product::Redis82, Sending::OneByOne),
    (Product::Redis70, Sending::OneByOne),
];

fn main() -> Result<ExitCode> {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let files = page_files()?;
    for (name, text) in &files {
        trials.extend(trials_of(name, text));
    }
    trials.push(Trial::test("every_command_has_a_page", move || {
        every_command_has_a_page(&files).map_err(failed)
    }));
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

/// Names without ending, and texts.
fn page_files() -> Result<Vec<(String, String)>> {
    let folder = locate::workspace().join("tests/spec");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).context("failed to list tests/spec")? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

fn trials_of(name: &str, text: &str) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (product, sending) in SETTINGS {
        for version in [RespVersion::Resp2, RespVersion::Resp3] {
            let together = if sending == Sending::Together { "::together" } else { "" };
            let title = format!("{}::resp{}{together}::{name}", product.name(), version.number());
            let (name, text) = (name.to_owned(), text.to_owned());
            trials.push(Trial::test(title, move || {
                let page = Page::parse(&name, &text).map_err(failed)?;
                run_page(&page, Setting { product, version, sending }).map_err(failed)
            }));
        }
    }
    trials
}

/// Each command and subcommand that Fanfare lists is sent by a session of some page.
fn every_command_has_a_page(files: &[(String, String)]) -> Result<()> {
    let mut sent = BTreeSet::new();
    for (name, text) in files {
        let sessions = Page::parse(name, text)?.sessions;
        for step in sessions.into_iter().flat_map(|session| session.steps) {
            let Action::Request(line) = step.action else { continue };
            let line = line.to_ascii_lowercase();
            let mut words = line.split_whitespace();
            let (first, second) = (words.next().unwrap_or_default(), words.next());
            sent.insert(first.to_owned());
            sent.insert(format!("{first}|{}", second.unwrap_or_default()));
        }
    }
    let server = TestServer::start(Product::Fanfare, &[])?;
    let list = server.connect()?.call(&["COMMAND", "LIST"])?;
    let names = list.as_items().context("COMMAND LIST gives no array")?;
    let names = names.iter().filter_map(Value::as_bytes).map(String::from_utf8_lossy);
    let missing: Vec<_> = names.filter(|name| !sent.contains(name.as_ref())).collect();
    ensure!(missing.is_empty(), "no page sends {missing:?}");
    Ok(())
}

fn failed(error: anyhow::Error) -> Failed {
    Failed::from(format!("{error:#}"))
}
