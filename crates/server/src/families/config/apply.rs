//! Puts a changed configuration into effect.

use crate::config::{self, Changes, ClientOrigin, Config, SetError};
use crate::host::limits::{ClientLimit, RESERVED_FILES, fit_clients, raise_file_limit};
use crate::host::os_error::os_error_text;
use crate::host::{log, settings};
use crate::reactor::Reactor;

/// Changes the configuration in force, or says why nothing was changed. To be run on the first reactor only.
pub(super) fn change(
    reactor: &mut Reactor,
    arguments: &[Vec<u8>],
    origin: ClientOrigin,
) -> Result<(), SetError> {
    let arguments: Vec<&[u8]> = arguments.iter().map(Vec::as_slice).collect();
    let old = reactor.shared.config.load_full();
    let (new, changes) = config::set(&old, &arguments, origin)?;
    // What can fail comes first, and listeners last, which undo what was done.
    if changes.contains("maxclients") {
        check_clients(&new)?;
    }
    if changes.contains("dir") {
        std::env::set_current_dir(&new.directory)
            .map_err(|error| SetError::failed("dir", os_error_text(&error)))?;
    }
    if changes.contains("port") || changes.contains("bind") {
        listen(reactor, &old, &new, &changes)?;
    }
    take_effect(reactor, &new, &changes);
    reactor.shared.set_config(new);
    Ok(())
}

fn check_clients(new: &Config) -> Result<(), SetError> {
    let limit = raise_file_limit(new.clients_max);
    let allowed = match fit_clients(new.clients_max, &limit) {
        ClientLimit::Fits { maxclients, lines } => {
            for (level, line) in lines {
                log::process().write(level, format_args!("{line}"));
            }
            u64::from(maxclients)
        }
        ClientLimit::Hopeless(_) => limit.after.saturating_sub(RESERVED_FILES),
    };
    if allowed < u64::from(new.clients_max) {
        let reason = format!(
            "The operating system is not able to handle the specified number of clients, try with \
             {allowed}"
        );
        return Err(SetError::failed("maxclients", reason));
    }
    Ok(())
}

/// Opens the new listeners; if that fails, undoes what was done before it.
fn listen(
    reactor: &mut Reactor,
    old: &Config,
    new: &Config,
    changes: &Changes,
) -> Result<(), SetError> {
    if reactor.listen_again(new).is_ok() {
        return Ok(());
    }
    // The folder was there when the server came to work in it.
    let _gone = std::env::set_current_dir(&old.directory);
    if reactor.listen_again(old).is_err() {
        log::warning(format_args!("The former listeners could not be opened again"));
    }
    Err(if changes.contains("port") {
        SetError::failed("port", "Unable to listen on this port. Check server logs.")
    } else {
        SetError::failed("bind", "Failed to bind to specified addresses.")
    })
}

fn take_effect(reactor: &Reactor, new: &Config, changes: &Changes) {
    log::process().set_level(settings::log_level(new.log_level));
    reactor.shared.observed.stats.set_histograms(settings::histograms(new));
    settings::purge_memory(new);
    for note in config::parameters_without_effect(new, |name| changes.contains(name)) {
        log::warning(format_args!("{note}"));
    }
    if changes.contains("maxmemory") {
        warn_of_tight_memory(reactor, new.maxmemory_bytes);
    }
    let shows_other_title = ["port", "bind", "proc-title-template"];
    if shows_other_title.into_iter().any(|name| changes.contains(name)) {
        let process = &reactor.shared.process;
        settings::set_process_title(new, &process.title, process.config_file.as_deref());
    }
}

fn warn_of_tight_memory(reactor: &Reactor, limit: u64) {
    let used = reactor.data_bytes();
    if limit > 0 && used > limit {
        log::warning(format_args!(
            "WARNING: the new maxmemory value set via CONFIG SET ({limit}) is smaller than the current \
             memory usage ({used}). This will result in key eviction and/or the inability to accept \
             new write commands depending on the maxmemory-policy."
        ));
    }
}
