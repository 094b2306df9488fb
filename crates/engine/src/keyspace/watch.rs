//! Marks on keys that a client watches: whoever changes a key sets the marks.

use std::collections::HashMap;
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

/// The marks on the keys of one shard.
#[derive(Debug, Default)]
pub struct Watches {
    marks: HashMap<(u32, Box<[u8]>), Vec<WatchMark>>,
}

impl Watches {
    /// Puts a mark on a key; `false` if it is there already.
    pub fn add(&mut self, database: u32, key: &[u8], mark: &WatchMark) -> bool {
        let marks = self.marks.entry((database, key.into())).or_default();
        let is_new = !marks.iter().any(|other| other.is(mark));
        if is_new {
            marks.push(mark.clone());
        }
        is_new
    }

    /// Takes a mark off a key.
    pub fn remove(&mut self, database: u32, key: &[u8], mark: &WatchMark) {
        let name = (database, key.into());
        if let Some(marks) = self.marks.get_mut(&name) {
            marks.retain(|other| !other.is(mark));
            if marks.is_empty() {
                self.marks.remove(&name);
            }
        }
    }

    /// Sets the marks on a key. Costs nothing while no key of the shard is watched.
    pub fn touch(&self, database: u32, key: &[u8]) {
        if self.marks.is_empty() {
            return;
        }
        if let Some(marks) = self.marks.get(&(database, Box::from(key))) {
            marks.iter().for_each(WatchMark::set);
        }
    }

    /// Sets the marks on those keys of a database for which `is_changed` holds.
    pub fn touch_where(&self, database: u32, is_changed: impl Fn(&[u8]) -> bool) {
        for ((_, key), marks) in self.marks.iter().filter(|((number, _), _)| *number == database) {
            if is_changed(key) {
                marks.iter().for_each(WatchMark::set);
            }
        }
    }
}
