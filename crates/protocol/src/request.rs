//! Parses what clients send.
