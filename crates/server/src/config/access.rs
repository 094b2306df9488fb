//! `CONFIG GET` and `CONFIG SET` as functions of a configuration.

use fanfare_stdx::glob;

use super::error::SetError;
use super::parameter::{Origin, Parameter};
use super::settings::Config;
use super::table;
use super::values::ClientOrigin;

/// The parameters that a `CONFIG SET` gave another value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Their names, in the order of the command.
    pub names: Vec<&'static str>,
}

impl Changes {
    /// Whether one of them is `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.names.contains(&name)
    }
}

/// The names and values that `CONFIG GET` replies with for these patterns, in the order of the
/// table.
///
/// A name without glob characters is answered as it was written; hidden parameters are found by
/// their whole name only. Each name appears once, as the first pattern that matches has it. Cost: the number of
/// patterns times the size of the table.
pub fn get(config: &Config, patterns: &[&[u8]]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    for parameter in table::parameters() {
        for own in std::iter::once(parameter.name).chain(parameter.alias) {
            let own = own.as_bytes();
            let shown = patterns.iter().find_map(|&pattern| {
                if !pattern.iter().any(|byte| b"*?[".contains(byte)) {
                    return pattern.eq_ignore_ascii_case(own).then_some(pattern);
                }
                let fits = !parameter.is_hidden && glob::matches_ignoring_case(pattern, own);
                fits.then_some(own)
            });
            if let Some(shown) = shown {
                found.push((shown.to_vec(), parameter.show(config)));
            }
        }
    }
    found
}

/// The configuration after `CONFIG SET` with these names and values, and what changed in it.
///
/// Nothing is applied: the caller puts the changes into effect and keeps the old configuration
/// when that fails. `origin` decides about protected parameters.
pub fn set(
    config: &Config,
    arguments: &[&[u8]],
    origin: ClientOrigin,
) -> Result<(Config, Changes), SetError> {
    let (pairs, rest) = arguments.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(SetError::Syntax);
    }
    let mut assignments: Vec<Assignment<'_>> = Vec::with_capacity(pairs.len());
    for &[name, value] in pairs {
        let assignment = permit(config, name, value, origin)?;
        if assignments.iter().any(|other| other.own_name == assignment.own_name) {
            return Err(SetError::failed(name, "duplicate parameter"));
        }
        assignments.push(assignment);
    }
    let mut changed = config.clone();
    for Assignment { parameter, own_name, value } in &assignments {
        parameter
            .assign(&mut changed, &[value.to_vec()], Origin::Command)
            .map_err(|reason| SetError::failed(own_name, reason))?;
    }
    let mut names = Vec::new();
    for Assignment { parameter, .. } in &assignments {
        let name = parameter.name;
        if !names.contains(&name) && parameter.show(config) != parameter.show(&changed) {
            names.push(name);
        }
    }
    Ok((changed, Changes { names }))
}

/// One pair of a `CONFIG SET` that may be tried.
struct Assignment<'a> {
    parameter: &'static Parameter,
    /// Its name or alias, whichever was used, in lower case. Redis counts the two as different
    /// parameters when it looks for duplicates.
    own_name: &'static str,
    value: &'a [u8],
}

fn permit<'a>(
    config: &Config,
    name: &[u8],
    value: &'a [u8],
    origin: ClientOrigin,
) -> Result<Assignment<'a>, SetError> {
    let Some(parameter) = table::find(name) else {
        return Err(SetError::Unknown { name: name.to_vec() });
    };
    if parameter.is_immutable {
        return Err(SetError::failed(name, "can't set immutable config"));
    }
    if parameter.is_protected && !config.enable_protected_configs.allows(origin) {
        return Err(SetError::failed(name, "can't set protected config"));
    }
    let alias = parameter.alias.filter(|alias| alias.as_bytes().eq_ignore_ascii_case(name));
    Ok(Assignment { parameter, own_name: alias.unwrap_or(parameter.name), value })
}
