//! What a command is, and what commands do to data.
