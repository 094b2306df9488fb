//! Locks with ranks: who holds a lock takes only locks of a higher rank, so that no threads wait for each other in a circle.
//!
//! Builds with debug assertions check that, and panic. Others pay nothing for it.

mod held;
#[cfg(test)]
mod tests;

use std::ops::{Deref, DerefMut};

use held::{Held, Way};

/// A [`parking_lot::Mutex`] of a rank.
#[derive(Debug, Default)]
pub struct Mutex<T, const RANK: u8>(parking_lot::Mutex<T>);

/// A locked [`Mutex`]; unlocked when dropped.
#[derive(Debug)]
pub struct MutexGuard<'a, T> {
    guard: parking_lot::MutexGuard<'a, T>,
    _held: Held,
}

impl<T, const RANK: u8> Mutex<T, RANK> {
    /// An unlocked one.
    pub const fn new(value: T) -> Self {
        Self(parking_lot::Mutex::new(value))
    }

    /// Locks it, once nobody else holds it.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.lock_numbered(0)
    }

    /// As [`lock`](Self::lock), for one of several of this rank, which a thread may hold together if it takes them in
    /// ascending order of their numbers.
    #[track_caller]
    pub fn lock_numbered(&self, number: u16) -> MutexGuard<'_, T> {
        let held = Held::take(RANK, number, Way::Waits);
        MutexGuard { guard: self.0.lock(), _held: held }
    }

    /// As [`lock_numbered`](Self::lock_numbered), if nobody holds it. In any order: who does not wait holds up nobody.
    pub fn try_lock_numbered(&self, number: u16) -> Option<MutexGuard<'_, T>> {
        let guard = self.0.try_lock()?;
        Some(MutexGuard { guard, _held: Held::take(RANK, number, Way::Tries) })
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

/// A [`parking_lot::RwLock`] of a rank.
#[derive(Debug, Default)]
pub struct RwLock<T, const RANK: u8>(parking_lot::RwLock<T>);

/// A [`RwLock`] that is locked for reading; unlocked when dropped.
#[derive(Debug)]
pub struct ReadGuard<'a, T> {
    guard: parking_lot::RwLockReadGuard<'a, T>,
    _held: Held,
}

/// A [`RwLock`] that is locked for writing; unlocked when dropped.
#[derive(Debug)]
pub struct WriteGuard<'a, T> {
    guard: parking_lot::RwLockWriteGuard<'a, T>,
    _held: Held,
}

impl<T, const RANK: u8> RwLock<T, RANK> {
    /// Locks it for reading, once nobody writes.
    #[track_caller]
    pub fn read(&self) -> ReadGuard<'_, T> {
        let held = Held::take(RANK, 0, Way::Waits);
        ReadGuard { guard: self.0.read(), _held: held }
    }

    /// Locks it for writing, once nobody else holds it.
    #[track_caller]
    pub fn write(&self) -> WriteGuard<'_, T> {
        let held = Held::take(RANK, 0, Way::Waits);
        WriteGuard { guard: self.0.write(), _held: held }
    }
}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for WriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}
