//! Runs every page of `tests/spec` against Fanfare and against real servers, in RESP2 and RESP3.

use std::process::ExitCode;

use anyhow::{Context, Result};
use fanfare_protocol::RespVersion;
use fanfare_testkit::spec::{Page, Setting, run_page};
use fanfare_testkit::{Product, locate};
use libtest_mimic::{Arguments, Failed, Trial};

const PRODUCTS: [Product; 3] = [Product::Fanfare, Product::Redis82, Product::Redis70];

fn main() -> Result<ExitCode> {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, text) in page_files()? {
        trials.extend(trials_of(&name, &text));
    }
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
    for product in PRODUCTS {
        for version in [RespVersion::Resp2, RespVersion::Resp3] {
            let title = format!("{}::resp{}::{name}", product.name(), version.number());
            let (name, text) = (name.to_owned(), text.to_owned());
            trials.push(Trial::test(title, move || {
                let page = Page::parse(&name, &text).map_err(failed)?;
                run_page(&page, Setting { product, version }).map_err(failed)
            }));
        }
    }
    trials
}

fn failed(error: anyhow::Error) -> Failed {
    Failed::from(format!("{error:#}"))
}
