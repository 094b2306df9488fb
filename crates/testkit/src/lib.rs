//! Starts servers for tests, runs spec pages, compares servers.
