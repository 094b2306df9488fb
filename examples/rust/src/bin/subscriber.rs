//! Receives the messages of some channels and stops at a message that says "stop".
//!
//! Run: `cargo run -p fanfare-examples --bin subscriber -- news alerts`

use std::env;

use redis::Client;

fn main() -> anyhow::Result<()> {
    let url = env::var("FANFARE_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".into());
    let mut channels: Vec<String> = env::args().skip(1).collect();
    if channels.is_empty() {
        channels.push("news".into());
    }

    let mut connection = Client::open(url)?.get_connection()?;
    let mut subscriber = connection.as_pubsub();
    subscriber.subscribe(&channels)?;
    println!("subscribed to {}", channels.join(", "));
    loop {
        let message = subscriber.get_message()?;
        let payload: String = message.get_payload()?;
        println!("{}: {payload}", message.get_channel_name());
        if payload == "stop" {
            return Ok(());
        }
    }
}
