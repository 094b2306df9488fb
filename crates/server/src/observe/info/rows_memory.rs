//! Fields of memory.

use super::format::{human_bytes, percent, ratio};
use super::metric::{Metric, Value, metric, zero, zero_bytes};
use crate::host::version;
use crate::observe::{Counter, Gauge};

pub(super) const MEMORY: &[Metric] = &[
    metric("used_memory", |facts| Value::Number(facts.memory.allocated_bytes)),
    metric("used_memory_human", |facts| Value::Text(human_bytes(facts.memory.allocated_bytes))),
    metric("used_memory_rss", |facts| Value::Number(facts.memory.rss_bytes)),
    metric("used_memory_rss_human", |facts| Value::Text(human_bytes(facts.memory.rss_bytes))),
    metric("used_memory_peak", |facts| Value::Number(facts.memory_peak.bytes)),
    metric("used_memory_peak_human", |facts| Value::Text(human_bytes(facts.memory_peak.bytes))),
    metric("used_memory_peak_time", |facts| Value::Number(facts.memory_peak.at_s)),
    metric("used_memory_peak_perc", |facts| {
        Value::Text(percent(facts.memory.allocated_bytes, facts.memory_peak.bytes))
    }),
    metric("used_memory_overhead", |facts| Value::Number(facts.overhead_bytes())),
    metric("used_memory_startup", |facts| Value::Number(facts.startup_bytes)),
    metric("used_memory_dataset", |facts| Value::Number(facts.dataset_bytes())),
    metric("used_memory_dataset_perc", |facts| {
        let net_bytes = facts.memory.allocated_bytes.saturating_sub(facts.startup_bytes);
        Value::Text(percent(facts.dataset_bytes(), net_bytes))
    }),
    metric("allocator_allocated", |facts| Value::Number(facts.memory.allocated_bytes)),
    metric("allocator_active", |facts| Value::Number(facts.memory.active_bytes)),
    metric("allocator_resident", |facts| Value::Number(facts.memory.resident_bytes)),
    zero("allocator_muzzy"),
    metric("total_system_memory", |facts| Value::Number(facts.memory.system_bytes)),
    metric("total_system_memory_human", |facts| {
        Value::Text(human_bytes(facts.memory.system_bytes))
    }),
    zero("used_memory_lua"),
    zero("used_memory_vm_eval"),
    zero_bytes("used_memory_lua_human"),
    zero("used_memory_scripts_eval"),
    zero("number_of_cached_scripts"),
    zero("number_of_functions"),
    zero("number_of_libraries"),
    zero("used_memory_vm_functions"),
    zero("used_memory_vm_total"),
    zero_bytes("used_memory_vm_total_human"),
    zero("used_memory_functions"),
    zero("used_memory_scripts"),
    zero_bytes("used_memory_scripts_human"),
    metric("maxmemory", |facts| Value::Number(facts.settings.maxmemory_bytes)),
    metric("maxmemory_human", |facts| Value::Text(human_bytes(facts.settings.maxmemory_bytes))),
    metric("maxmemory_policy", |facts| Value::Text(facts.settings.maxmemory_policy.clone())),
    metric("allocator_frag_ratio", |facts| {
        Value::Decimal(ratio(facts.memory.active_bytes, facts.memory.allocated_bytes))
    }),
    metric("allocator_frag_bytes", |facts| {
        difference(facts.memory.active_bytes, facts.memory.allocated_bytes)
    }),
    metric("allocator_rss_ratio", |facts| {
        Value::Decimal(ratio(facts.memory.resident_bytes, facts.memory.active_bytes))
    }),
    metric("allocator_rss_bytes", |facts| {
        difference(facts.memory.resident_bytes, facts.memory.active_bytes)
    }),
    metric("rss_overhead_ratio", |facts| {
        Value::Decimal(ratio(facts.memory.rss_bytes, facts.memory.resident_bytes))
    }),
    metric("rss_overhead_bytes", |facts| {
        difference(facts.memory.rss_bytes, facts.memory.resident_bytes)
    }),
    metric("mem_fragmentation_ratio", |facts| {
        Value::Decimal(ratio(facts.memory.rss_bytes, facts.memory.allocated_bytes))
    }),
    metric("mem_fragmentation_bytes", |facts| {
        difference(facts.memory.rss_bytes, facts.memory.allocated_bytes)
    }),
    metric("mem_not_counted_for_evict", |facts| Value::Number(facts.output_bytes)),
    zero("mem_replication_backlog"),
    zero("mem_total_replication_buffers"),
    zero("mem_replica_full_sync_buffer"),
    zero("mem_clients_slaves"),
    metric("mem_clients_normal", |facts| Value::Number(facts.gauge(Gauge::NormalClientsBytes))),
    zero("mem_cluster_links"),
    zero("mem_aof_buffer"),
    metric("mem_allocator", |_| Value::Text(version::allocator())),
    zero("mem_overhead_db_hashtable_rehashing"),
    zero("active_defrag_running"),
    metric("lazyfree_pending_objects", |facts| Value::Number(facts.lazyfree_pending)),
    metric("lazyfreed_objects", |facts| {
        Value::Number(
            facts.counter(Counter::LazyFreedObjects).saturating_sub(facts.lazyfree_pending),
        )
    }),
];

fn difference(larger: u64, smaller: u64) -> Value {
    Value::Signed(larger.wrapping_sub(smaller) as i64)
}
