//! A small blocking client for Fanfare's own tools and tests.
