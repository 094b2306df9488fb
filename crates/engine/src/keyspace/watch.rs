//! Marks on keys that a client watches: whoever changes a key sets the marks, and takes them off.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::locking::Keyspace;

/// What is known of all marks together.
#[derive(Debug, Default)]
pub struct Watchers {
    /// How many marks are not set: so many clients watch keys none of which has changed.
    clients: AtomicUsize,
    /// Whether a mark has been set, since this was last asked, that may still be on other keys.
    leaves_marks: AtomicBool,
}

impl Watchers {
    /// How many clients watch keys none of which has changed.
    pub fn clients(&self) -> usize {
        self.clients.load(Ordering::Relaxed)
    }

    /// Whether marks that are set may be on keys; `false` from then on until another is set.
    pub fn take_leaves_marks(&self) -> bool {
        self.leaves_marks.swap(false, Ordering::AcqRel)
    }
}

/// Whether any key that a client watches was changed since it began. Shared by the client and the shards of its keys.
#[derive(Clone, Debug)]
pub struct WatchMark(Arc<Mark>);

#[derive(Debug)]
struct Mark {
    is_set: AtomicBool,
    /// On how many keys it was put, at most.
    keys: AtomicUsize,
    watchers: Arc<Watchers>,
}

impl Drop for Mark {
    fn drop(&mut self) {
        if !*self.is_set.get_mut() {
            self.watchers.clients.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Keyspace {
    /// The mark of a client that begins to watch.
    pub fn new_mark(&self) -> WatchMark {
        WatchMark::new(&self.watchers)
    }
}

impl WatchMark {
    fn new(watchers: &Arc<Watchers>) -> Self {
        watchers.clients.fetch_add(1, Ordering::Relaxed);
        let watchers = Arc::clone(watchers);
        Self(Arc::new(Mark { is_set: AtomicBool::new(false), keys: AtomicUsize::new(0), watchers }))
    }

    /// Whether a watched key was changed. Reliable under the locks of all watched keys.
    pub fn is_set(&self) -> bool {
        self.0.is_set.load(Ordering::SeqCst)
    }

    /// Takes note of one more key; `false` if the mark is set, so that it is of no use there.
    ///
    /// Who sets it meanwhile, under the lock of another key, sees the new key, or is seen here: the order of all four accesses
    /// is one for both.
    fn extend(&self) -> bool {
        self.0.keys.fetch_add(1, Ordering::SeqCst);
        !self.is_set()
    }

    fn set(&self) {
        if self.0.is_set.swap(true, Ordering::SeqCst) {
            return;
        }
        self.0.watchers.clients.fetch_sub(1, Ordering::Relaxed);
        if self.0.keys.load(Ordering::SeqCst) > 1 {
            self.0.watchers.leaves_marks.store(true, Ordering::Release);
        }
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The marks on the keys of one shard.
#[derive(Debug, Default)]
pub struct Watches {
    /// By key, then by database.
    marks: HashMap<Box<[u8]>, Vec<(u32, WatchMark)>>,
    /// How many keys have marks; those of one name in several databases are several.
    keys: usize,
}

impl Watches {
    /// Puts a mark on a key; `false` if it is there already, or is set.
    pub fn add(&mut self, database: u32, key: &[u8], mark: &WatchMark) -> bool {
        if mark.is_set() {
            return false;
        }
        let marks = self.marks.entry(key.into()).or_default();
        let is_there = marks.iter().any(|(number, other)| *number == database && other.is(mark));
        if is_there {
            return false;
        }
        if mark.extend() {
            self.keys += usize::from(!has(marks, database));
            marks.push((database, mark.clone()));
            return true;
        }
        if marks.is_empty() {
            self.marks.remove(key);
        }
        false
    }

    /// Takes a mark off a key, if it is there.
    pub fn remove(&mut self, database: u32, key: &[u8], mark: &WatchMark) {
        let Some(marks) = self.marks.get_mut(key) else { return };
        let before = marks.len();
        marks.retain(|(number, other)| *number != database || !other.is(mark));
        self.keys -= usize::from(marks.len() < before && !has(marks, database));
        if marks.is_empty() {
            self.marks.remove(key);
        }
    }

    /// Whether no key has a mark.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// How many keys have marks, those included that other keys' changes have set.
    pub fn keys(&self) -> usize {
        debug_assert_eq!(self.keys, self.counted());
        self.keys
    }

    /// Takes the marks off that are set. Costs a look at each.
    pub fn forget_set(&mut self) {
        self.marks.retain(|_, marks| {
            marks.retain(|(_, mark)| !mark.is_set());
            !marks.is_empty()
        });
        self.keys = self.counted();
    }

    /// Sets the marks on a key, and takes them off. Costs nothing while no key of the shard is watched.
    pub fn touch(&mut self, database: u32, key: &[u8]) {
        if self.is_empty() {
            return;
        }
        if let Some(marks) = self.marks.get_mut(key) {
            self.keys -= usize::from(set_marks(database, marks));
            if marks.is_empty() {
                self.marks.remove(key);
            }
        }
    }

    /// As [`touch`](Self::touch), for those keys of a database for which `is_changed` holds.
    pub fn touch_where(&mut self, database: u32, is_changed: impl Fn(&[u8]) -> bool) {
        let keys = &mut self.keys;
        self.marks.retain(|key, marks| {
            *keys -= usize::from(is_changed(key) && set_marks(database, marks));
            !marks.is_empty()
        });
    }

    /// How many keys have marks, found by looking at each mark.
    fn counted(&self) -> usize {
        let databases = |marks: &Vec<(u32, WatchMark)>| match &marks[..] {
            [_] => 1,
            marks => marks.iter().map(|(number, _)| number).collect::<HashSet<_>>().len(),
        };
        self.marks.values().map(databases).sum()
    }
}

fn has(marks: &[(u32, WatchMark)], database: u32) -> bool {
    marks.iter().any(|(number, _)| *number == database)
}

/// Sets those marks on a key that are of a database, and takes them off; whether there were any.
fn set_marks(database: u32, marks: &mut Vec<(u32, WatchMark)>) -> bool {
    let before = marks.len();
    marks.retain(|(number, mark)| {
        let stays = *number != database;
        if !stays {
            mark.set();
        }
        stays
    });
    marks.len() < before
}
