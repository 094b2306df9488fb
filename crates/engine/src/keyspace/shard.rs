//! What one lock guards: a part of every database.

use super::database::{Database, Place};
use super::queues::Waiting;
use super::watch::Watches;

/// A part of every database.
#[derive(Debug, Default)]
pub struct Shard {
    databases: Vec<Database>,
    /// Marks of clients on keys of this shard.
    pub(super) watches: Watches,
    /// Clients that wait for keys of this shard.
    pub(super) waiting: Waiting,
}

impl Shard {
    /// A database's part, if it was ever used.
    pub fn database(&self, number: u32) -> Option<&Database> {
        self.databases.get(number as usize)
    }

    /// A database's part, if it was ever used.
    pub(super) fn existing_mut(&mut self, number: u32) -> Option<&mut Database> {
        self.databases.get_mut(number as usize)
    }

    /// How many databases have parts here: the highest number that was ever used, and one.
    pub fn used_databases(&self) -> u32 {
        self.databases.len() as u32
    }

    /// The parts of all databases that were ever used, with their numbers.
    pub fn databases(&self) -> impl Iterator<Item = (u32, &Database)> {
        (0..).zip(&self.databases)
    }

    /// A database's part, made on first use.
    pub fn database_mut(&mut self, number: u32) -> &mut Database {
        let index = number as usize;
        if self.databases.len() <= index {
            self.databases.resize_with(index + 1, Database::default);
        }
        &mut self.databases[index]
    }

    /// Takes a database's part out, if it was ever used, and leaves an empty one.
    pub fn take_database(&mut self, number: u32) -> Option<Database> {
        self.existing_mut(number).map(std::mem::take)
    }

    /// Whether a database has a key, expired or not.
    pub fn holds(&self, number: u32, place: Place, key: &[u8]) -> bool {
        let database = self.databases.get(number as usize);
        database.is_some_and(|database| database.get(place, key).is_some())
    }

    /// Exchanges two databases.
    pub fn swap_databases(&mut self, first: u32, second: u32) {
        let used = |number: u32| (number as usize) < self.databases.len();
        if used(first) || used(second) {
            self.database_mut(first.max(second));
            self.databases.swap(first as usize, second as usize);
        }
    }
}
