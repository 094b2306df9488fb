//! Receives the messages of every channel whose name matches a pattern, until one says "stop".
//!
//! Run: `cargo run -p fanfare-examples --bin pattern -- 'alerts:*'`

use std::env;

use redis::Client;

fn main() -> anyhow::Result<()> {
    let url = env::var("FANFARE_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".into());
    let pattern = env::args().nth(1).unwrap_or_else(|| "alerts:*".into());

    let mut connection = Client::open(url)?.get_connection()?;
    let mut subscriber = connection.as_pubsub();
    subscriber.psubscribe(&pattern)?;
    println!("subscribed to {pattern}");
    loop {
        let message = subscriber.get_message()?;
        let matched: String = message.get_pattern()?;
        let payload: String = message.get_payload()?;
        println!("{} (matches {matched}): {payload}", message.get_channel_name());
        if payload == "stop" {
            return Ok(());
        }
    }
}
