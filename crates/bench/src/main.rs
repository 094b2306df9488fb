//! A load generator for publish/subscribe.

fn main() {}
