//! What the standard library could have had: small, general, free of any Redis notion but number text and globs.

#![forbid(unsafe_code)]

pub mod crc;
pub mod double;
pub mod extended;
pub mod glob;
pub mod lock;
pub mod number;
pub mod random;
pub mod words;
