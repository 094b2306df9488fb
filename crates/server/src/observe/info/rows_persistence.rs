//! Fields of saving and loading.

use super::metric::{Metric, Value, metric, never, ok, zero, zero_decimal};
use crate::observe::Gauge;

pub(super) const PERSISTENCE: &[Metric] = &[
    zero("loading"),
    zero("async_loading"),
    zero("current_cow_peak"),
    zero("current_cow_size"),
    zero("current_cow_size_age"),
    zero_decimal("current_fork_perc"),
    zero("current_save_keys_processed"),
    zero("current_save_keys_total"),
    metric("rdb_changes_since_last_save", |facts| {
        Value::Number(facts.gauge(Gauge::UnsavedChanges))
    }),
    zero("rdb_bgsave_in_progress"),
    // What was never saved counts as saved at start, as in Redis.
    metric("rdb_last_save_time", |facts| Value::Number(facts.identity.started_at_s)),
    ok("rdb_last_bgsave_status"),
    never("rdb_last_bgsave_time_sec"),
    never("rdb_current_bgsave_time_sec"),
    zero("rdb_saves"),
    zero("rdb_last_cow_size"),
    zero("rdb_last_load_keys_expired"),
    zero("rdb_last_load_keys_loaded"),
    zero("aof_enabled"),
    zero("aof_rewrite_in_progress"),
    zero("aof_rewrite_scheduled"),
    never("aof_last_rewrite_time_sec"),
    never("aof_current_rewrite_time_sec"),
    ok("aof_last_bgrewrite_status"),
    zero("aof_rewrites"),
    zero("aof_rewrites_consecutive_failures"),
    ok("aof_last_write_status"),
    zero("aof_last_cow_size"),
    zero("module_fork_in_progress"),
    zero("module_fork_last_cow_size"),
];
