//! The reference pages, generated from the tables.

use fanfare_engine::command::describe;

use crate::{config, families};

/// Each page of `docs/reference` with its file name.
pub fn pages() -> Vec<(&'static str, String)> {
    let commands = families::commands().expect("the table of commands is sound");
    vec![("commands.md", describe::reference(&commands)), ("configuration.md", config::reference())]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_pages_are_current() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
        for (name, text) in pages() {
            let written = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
            assert!(written == text, "docs/reference/{name} is old: run `cargo xtask generate`");
        }
    }
}
