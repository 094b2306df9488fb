//! What is done a few times a second.

use std::time::Duration;

use super::core::{ConnectionKey, Reactor};

impl Reactor {
    pub(super) fn do_duties(&mut self) {
        self.next_duties_at =
            self.now() + Duration::from_millis(1000 / u64::from(self.config.hz.max(1)));
        // Those who could not be accepted for want of files are tried again.
        self.accepts = !self.listeners.is_empty();
        self.check_suspects();
        self.sample();
        self.close_idle();
        self.evict_clients();
        self.limit_tracking();
        self.begin_expiry_round();
        self.close_doomed();
    }

    /// Closes clients that have been idle for longer than `timeout`, but no subscribers and none that wait for a key or for the
    /// end of a pause.
    fn close_idle(&mut self) {
        let timeout_s = u64::from(self.config.timeout_s);
        if timeout_s == 0 {
            return;
        }
        let now = self.now();
        let is_idle = |one: &crate::session::Connection| {
            !one.is_subscriber()
                && one.blocked.is_none()
                && !one.is_parked
                && !one.session.is_monitor
                && now.saturating_duration_since(one.session.active_at).as_secs() > timeout_s
        };
        let idle = self.connections().filter(|(_, connection)| is_idle(connection));
        let keys: Vec<ConnectionKey> = idle.map(|(key, _)| key).collect();
        for key in keys {
            crate::host::log::verbose(format_args!("Closing idle client"));
            self.doom(key);
        }
    }
}
