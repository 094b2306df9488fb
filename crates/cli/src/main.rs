//! The Fanfare command-line client.

fn main() {}
