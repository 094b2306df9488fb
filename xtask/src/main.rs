//! Build tool of the project: `cargo xtask <command>`.

fn main() {}
