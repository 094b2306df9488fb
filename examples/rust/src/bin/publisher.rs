//! Publishes messages to a channel and tells how many subscribers got each.
//!
//! Run: `cargo run -p fanfare-examples --bin publisher -- news "Hello" "Hello again"`

use std::env;

use anyhow::Context;
use redis::{Client, Commands};

fn main() -> anyhow::Result<()> {
    let url = env::var("FANFARE_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".into());
    let mut arguments = env::args().skip(1);
    let channel = arguments.next().context("usage: publisher CHANNEL MESSAGE...")?;

    let mut connection = Client::open(url)?.get_connection()?;
    for message in arguments {
        let receivers: usize = connection.publish(&channel, &message)?;
        println!("{channel}: {message:?} reached {receivers} subscriber(s)");
    }
    Ok(())
}
