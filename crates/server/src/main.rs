//! The `fanfare-server` program.

use fanfare_server::config::Config;
use fanfare_server::start;

fn main() {
    let mut config = Config::default();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--port" => config.port = args.next().unwrap_or_default().parse().unwrap_or(6379),
            "--io-threads" => {
                config.io_threads = args.next().unwrap_or_default().parse().unwrap_or(1)
            }
            _ => {}
        }
    }
    let listeners = start::listen(&config).expect("listening");
    start::serve(config, listeners).expect("serving");
}
