//! Event loop, sockets and mailboxes.
