//! Service managers: `supervised no|upstart|systemd|auto`.

use std::env;

use sd_notify::NotifyState;

use super::log;

/// The setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervision {
    /// Nobody watches.
    None,
    /// Stops itself once to tell that it is ready.
    Upstart,
    /// Is told through the socket named by `NOTIFY_SOCKET`.
    Systemd,
    /// One of the others, by the environment.
    Auto,
}

/// Who watches this process, found at start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervisor {
    /// Nobody.
    None,
    /// Upstart; it was told already.
    Upstart,
    /// systemd, to be told how it goes.
    Systemd,
}

impl Supervisor {
    /// Finds who watches, tells Upstart at once, and logs what Redis logs about it.
    pub fn detect(setting: Supervision) -> Self {
        let (upstart, systemd) = (env::var_os("UPSTART_JOB"), env::var_os("NOTIFY_SOCKET"));
        match setting {
            Supervision::None => Self::None,
            Supervision::Auto if upstart.is_some() => Self::stop_for_upstart(),
            Supervision::Auto if systemd.is_none() => Self::None,
            Supervision::Upstart if upstart.is_some() => Self::stop_for_upstart(),
            Supervision::Upstart => {
                log::warning(format_args!(
                    "upstart supervision requested, but UPSTART_JOB not found!"
                ));
                Self::None
            }
            Supervision::Systemd if systemd.is_none() => {
                log::warning(format_args!(
                    "systemd supervision requested or auto-detected, but NOTIFY_SOCKET not found!"
                ));
                Self::None
            }
            Supervision::Systemd | Supervision::Auto => {
                log::notice(format_args!(
                    "Supervised by systemd. Please make sure you set appropriate values for \
                     TimeoutStartSec and TimeoutStopSec in your service unit."
                ));
                Self::Systemd.tell(NotifyState::Status("Fanfare is loading..."));
                Self::Systemd
            }
        }
    }

    /// To be called when clients can connect.
    pub fn ready(self) {
        // Two datagrams in this order: systemd shows the status from the moment of being ready.
        self.tell(NotifyState::Status("Ready to accept connections"));
        self.tell(NotifyState::Ready);
    }

    /// To be called when an orderly shutdown begins.
    pub fn stopping(self) {
        self.tell(NotifyState::Stopping);
    }

    /// The word in `INFO`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "no",
            Self::Upstart => "upstart",
            Self::Systemd => "systemd",
        }
    }

    fn tell(self, state: NotifyState<'_>) {
        if self == Self::Systemd
            && let Err(error) = sd_notify::notify(&[state])
        {
            log::warning(format_args!("failed to notify systemd: {error}"));
        }
    }

    fn stop_for_upstart() -> Self {
        log::notice(format_args!("supervised by upstart, will stop to signal readiness."));
        let _stopped = signal_hook::low_level::raise(signal_hook::consts::SIGSTOP);
        Self::Upstart
    }
}
