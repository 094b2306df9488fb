//! Who hears what: registry, pattern index, encoded messages.
