//! Fields of what happened since start or `CONFIG RESETSTAT`.

use super::metric::{Metric, Value, metric, zero, zero_decimal};
use crate::observe::{Counter, Peak};

const BYTES_PER_KB: f64 = 1024.0;
const US_PER_MS: u64 = 1000;

pub(super) const STATS: &[Metric] = &[
    metric("total_connections_received", |facts| {
        Value::Number(facts.counter(Counter::ConnectionsReceived))
    }),
    metric("total_commands_processed", |facts| Value::Number(facts.totals.calls())),
    metric("instantaneous_ops_per_sec", |facts| Value::Number(facts.rates.commands as u64)),
    metric("total_net_input_bytes", |facts| Value::Number(facts.counter(Counter::NetInputBytes))),
    metric("total_net_output_bytes", |facts| Value::Number(facts.counter(Counter::NetOutputBytes))),
    zero("total_net_repl_input_bytes"),
    zero("total_net_repl_output_bytes"),
    metric("instantaneous_input_kbps", |facts| {
        Value::Decimal(facts.rates.input_bytes / BYTES_PER_KB)
    }),
    metric("instantaneous_output_kbps", |facts| {
        Value::Decimal(facts.rates.output_bytes / BYTES_PER_KB)
    }),
    zero_decimal("instantaneous_input_repl_kbps"),
    zero_decimal("instantaneous_output_repl_kbps"),
    metric("rejected_connections", |facts| {
        Value::Number(facts.counter(Counter::ConnectionsRejected))
    }),
    zero("sync_full"),
    zero("sync_partial_ok"),
    zero("sync_partial_err"),
    metric("expired_subkeys", |facts| Value::Number(facts.counter(Counter::ExpiredFields))),
    metric("expired_keys", |facts| Value::Number(facts.counter(Counter::ExpiredKeys))),
    metric("expired_stale_perc", |facts| Value::Decimal(facts.stale_percent())),
    metric("expired_time_cap_reached_count", |facts| {
        Value::Number(facts.counter(Counter::ExpiryTimeCaps))
    }),
    metric("expire_cycle_cpu_milliseconds", |facts| {
        Value::Number(facts.counter(Counter::ExpiryDurationUs) / US_PER_MS)
    }),
    metric("evicted_keys", |facts| Value::Number(facts.counter(Counter::EvictedKeys))),
    metric("evicted_clients", |facts| Value::Number(facts.counter(Counter::EvictedClients))),
    zero("evicted_scripts"),
    metric("total_eviction_exceeded_time", |facts| Value::Number(facts.exceeded.total_ms)),
    metric("current_eviction_exceeded_time", |facts| Value::Number(facts.exceeded.current_ms)),
    metric("keyspace_hits", |facts| Value::Number(facts.counter(Counter::KeyspaceHits))),
    metric("keyspace_misses", |facts| Value::Number(facts.counter(Counter::KeyspaceMisses))),
    metric("pubsub_channels", |facts| Value::Number(facts.pubsub.channels)),
    metric("pubsub_patterns", |facts| Value::Number(facts.pubsub.patterns)),
    metric("pubsubshard_channels", |facts| Value::Number(facts.pubsub.shard_channels)),
    zero("latest_fork_usec"),
    zero("total_forks"),
    zero("migrate_cached_sockets"),
    zero("slave_expires_tracked_keys"),
    zero("active_defrag_hits"),
    zero("active_defrag_misses"),
    zero("active_defrag_key_hits"),
    zero("active_defrag_key_misses"),
    zero("total_active_defrag_time"),
    zero("current_active_defrag_time"),
    metric("tracking_total_keys", |facts| Value::Number(facts.tracking.keys)),
    metric("tracking_total_items", |facts| Value::Number(facts.tracking.items)),
    metric("tracking_total_prefixes", |facts| Value::Number(facts.tracking.prefixes)),
    zero("unexpected_error_replies"),
    metric("total_error_replies", |facts| Value::Number(facts.counter(Counter::ErrorReplies))),
    zero("dump_payload_sanitizations"),
    metric("total_reads_processed", |facts| Value::Number(facts.counter(Counter::ReadsProcessed))),
    metric("total_writes_processed", |facts| {
        Value::Number(facts.counter(Counter::WritesProcessed))
    }),
    metric("io_threaded_reads_processed", |facts| {
        Value::Number(facts.threaded(Counter::ReadsProcessed))
    }),
    metric("io_threaded_writes_processed", |facts| {
        Value::Number(facts.threaded(Counter::WritesProcessed))
    }),
    zero("io_threaded_total_prefetch_batches"),
    zero("io_threaded_total_prefetch_entries"),
    metric("client_query_buffer_limit_disconnections", |facts| {
        Value::Number(facts.counter(Counter::QueryBufferLimitDisconnections))
    }),
    metric("client_output_buffer_limit_disconnections", |facts| {
        Value::Number(facts.counter(Counter::OutputBufferLimitDisconnections))
    }),
    zero("reply_buffer_shrinks"),
    zero("reply_buffer_expands"),
    metric("eventloop_cycles", |facts| Value::Number(facts.counter(Counter::LoopCycles))),
    metric("eventloop_duration_sum", |facts| Value::Number(facts.counter(Counter::LoopDurationUs))),
    metric("eventloop_duration_cmd_sum", |facts| Value::Number(facts.totals.command_duration_us())),
    metric("instantaneous_eventloop_cycles_per_sec", |facts| {
        Value::Number(facts.rates.cycles as u64)
    }),
    metric("instantaneous_eventloop_duration_usec", |facts| {
        Value::Number(facts.rates.cycle_duration_us as u64)
    }),
    metric("acl_access_denied_auth", |facts| Value::Number(facts.counter(Counter::AclDeniedAuth))),
    metric("acl_access_denied_cmd", |facts| {
        Value::Number(facts.counter(Counter::AclDeniedCommand))
    }),
    metric("acl_access_denied_key", |facts| Value::Number(facts.counter(Counter::AclDeniedKey))),
    metric("acl_access_denied_channel", |facts| {
        Value::Number(facts.counter(Counter::AclDeniedChannel))
    }),
];

pub(super) const DEBUG: &[Metric] = &[
    zero("eventloop_duration_aof_sum"),
    zero("eventloop_duration_cron_sum"),
    metric("eventloop_duration_max", |facts| {
        Value::Number(facts.totals.peak(Peak::LoopDurationUs))
    }),
    zero("eventloop_cmd_per_cycle_max"),
    zero("allocator_allocated_lua"),
    zero("allocator_active_lua"),
    zero("allocator_resident_lua"),
    zero("allocator_frag_bytes_lua"),
];
