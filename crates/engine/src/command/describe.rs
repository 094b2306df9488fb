//! Writes the replies of `COMMAND` from the table.
