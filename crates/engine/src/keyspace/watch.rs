//! Marks on keys that a client watches: whoever changes a key sets the marks.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether any key that a client watches was changed since it began. Shared by the client and the shards of its keys.
#[derive(Clone, Debug, Default)]
pub struct WatchMark(Arc<AtomicBool>);

impl WatchMark {
    /// Whether a watched key was changed. Reliable under the locks of all watched keys.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Where marks are, each of one client.
pub type MarkPlaces = HashSet<*const AtomicBool, foldhash::fast::RandomState>;

/// The marks on the keys of one shard.
#[derive(Debug, Default)]
pub struct Watches {
    /// By key, then by database.
    marks: HashMap<Box<[u8]>, Vec<(u32, WatchMark)>>,
}

impl Watches {
    /// Puts a mark on a key; `false` if it is there already.
    pub fn add(&mut self, database: u32, key: &[u8], mark: &WatchMark) -> bool {
        let marks = self.marks.entry(key.into()).or_default();
        let is_new = !marks.iter().any(|(number, other)| *number == database && other.is(mark));
        if is_new {
            marks.push((database, mark.clone()));
        }
        is_new
    }

    /// Takes a mark off a key.
    pub fn remove(&mut self, database: u32, key: &[u8], mark: &WatchMark) {
        if let Some(marks) = self.marks.get_mut(key) {
            marks.retain(|(number, other)| *number != database || !other.is(mark));
            if marks.is_empty() {
                self.marks.remove(key);
            }
        }
    }

    /// How many keys have a mark that is not set, and adds the places of such marks to `clients`. Costs a look at each mark.
    pub fn count(&self, clients: &mut MarkPlaces) -> usize {
        let mut keys = 0;
        // Most keys have one mark, and neighbours often the same.
        let mut last = std::ptr::null();
        for marks in self.marks.values() {
            let unset = || marks.iter().filter(|(_, mark)| !mark.is_set());
            keys += match marks.len() {
                1 => unset().count(),
                _ => unset().map(|(database, _)| database).collect::<HashSet<_>>().len(),
            };
            for place in unset().map(|(_, mark)| Arc::as_ptr(&mark.0)) {
                if place != last {
                    clients.insert(place);
                    last = place;
                }
            }
        }
        keys
    }

    /// Sets the marks on a key. Costs nothing while no key of the shard is watched.
    pub fn touch(&self, database: u32, key: &[u8]) {
        if self.marks.is_empty() {
            return;
        }
        if let Some(marks) = self.marks.get(key) {
            set_marks(database, marks);
        }
    }

    /// Sets the marks on those keys of a database for which `is_changed` holds.
    pub fn touch_where(&self, database: u32, is_changed: impl Fn(&[u8]) -> bool) {
        for (_, marks) in self.marks.iter().filter(|(key, _)| is_changed(key)) {
            set_marks(database, marks);
        }
    }
}

fn set_marks(database: u32, marks: &[(u32, WatchMark)]) {
    marks.iter().filter(|(number, _)| *number == database).for_each(|(_, mark)| mark.set());
}
