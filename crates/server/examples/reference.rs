//! Writes the reference pages into a folder; `cargo xtask generate` runs it.

use std::io;
use std::path::Path;

use fanfare_server::reference;

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "docs/reference".to_owned());
    std::fs::create_dir_all(&folder)?;
    for (name, text) in reference::pages() {
        std::fs::write(Path::new(&folder).join(name), text)?;
    }
    Ok(())
}
