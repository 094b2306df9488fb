//! Reads what servers answer.
