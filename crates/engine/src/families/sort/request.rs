//! What `SORT` is asked for.

use crate::command::{Args, CommandError};

/// What to sort, how, and what to return.
pub(super) struct SortRequest<'a> {
    pub(super) key: &'a [u8],
    /// The pattern of the keys that hold the weights; the elements are their own weights without one.
    pub(super) by: Option<&'a [u8]>,
    /// Elements to pass, and most elements to return.
    pub(super) limit: Option<(i64, i64)>,
    /// What to return for each element; the element itself if there is nothing.
    pub(super) get: Vec<&'a [u8]>,
    pub(super) is_descending: bool,
    /// Whether weights are compared as bytes rather than as numbers.
    pub(super) is_alphabetic: bool,
    /// The key of the list to make.
    pub(super) store: Option<&'a [u8]>,
}

impl<'a> SortRequest<'a> {
    /// Reads it.
    pub(super) fn parse(args: &mut Args<'a>, may_store: bool) -> Result<Self, CommandError> {
        let mut request = Self {
            key: args.required()?,
            by: None,
            limit: None,
            get: Vec::new(),
            is_descending: false,
            is_alphabetic: false,
            store: None,
        };
        while !args.is_empty() {
            if args.take_word("ASC") {
                request.is_descending = false;
            } else if args.take_word("DESC") {
                request.is_descending = true;
            } else if args.take_word("ALPHA") {
                request.is_alphabetic = true;
            } else if args.len() > 2 && args.take_word("LIMIT") {
                request.limit = Some((args.integer()?, args.integer()?));
            } else if may_store && args.len() > 1 && args.take_word("STORE") {
                request.store = Some(args.required()?);
            } else if args.len() > 1 && args.take_word("BY") {
                request.by = Some(args.required()?);
            } else if args.len() > 1 && args.take_word("GET") {
                request.get.push(args.required()?);
            } else {
                return Err(CommandError::Syntax);
            }
        }
        Ok(request)
    }

    /// Whether the elements stay in their order: the weight is the same for all of them.
    pub(super) fn keeps_order(&self) -> bool {
        self.by.is_some_and(|pattern| !pattern.contains(&b'*'))
    }

    /// The part of `length` sorted elements that is returned.
    pub(super) fn part(&self, length: usize) -> std::ops::Range<usize> {
        let Some((offset, count)) = self.limit else { return 0..length };
        let start = usize::try_from(offset).unwrap_or(0).min(length);
        let count = usize::try_from(count).unwrap_or(length);
        start..start.saturating_add(count).min(length)
    }
}
