//! Moves bytes: an event loop, sockets, and the mailboxes by which reactors talk. Knows no Redis.
//!
//! - [`event_loop`]: waits for readiness of many sockets (epoll or kqueue, through `mio`).
//! - [`socket`]: TCP and Unix stream sockets that never block, and their listeners.
//! - [`output`]: what waits to be sent, with bytes that many connections share.
//! - [`mailbox`]: a queue with many senders and one receiver, whose wake-up costs nothing while the receiver is awake.
//!
//! Nothing here starts a thread.

pub mod event_loop;
pub mod listener;
pub mod mailbox;
pub mod output;
pub mod socket;

pub use event_loop::{EventLoop, Readiness};
pub use listener::{Bind, BindError, Listener};
pub use mailbox::{Mailbox, MailboxReceiver, mailbox};
pub use socket::{PeerAddress, Socket};
