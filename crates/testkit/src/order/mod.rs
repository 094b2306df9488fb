//! Checks the order of messages under many threads.
//!
//! Publishers stamp each message with a shared counter before it is sent and after its reply has
//! come. From that and from what every subscriber received, [`verify`] decides:
//!
//! 1. all subscribers of a channel saw its messages in one order, and a subscriber that came and went
//!    saw an unbroken part of it;
//! 2. when the reply to one message came before another was sent, no subscriber of both saw the other
//!    one first;
//! 3. a subscriber that stayed missed nothing and saw nothing twice.

pub mod traffic;
pub mod verify;

pub use traffic::{Plan, Traffic, run};
pub use verify::verify;
