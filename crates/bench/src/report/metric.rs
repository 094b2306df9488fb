//! Every figure that a report can hold, each declared once.

/// What a figure counts; decides how it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A plain number.
    Count,
    /// Events per second.
    PerSecond,
    /// A time, in nanoseconds.
    Nanoseconds,
    /// Memory, in bytes.
    Bytes,
    /// A number without unit, shown with decimals.
    Factor,
}

/// Which way a figure improves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// It describes the run and is neither.
    Neither,
}

/// One figure.
#[derive(Debug)]
pub(crate) struct Metric {
    /// Its name in JSON.
    pub(crate) key: &'static str,
    /// Its name in tables and plots.
    pub(crate) title: &'static str,
    /// What it counts.
    pub(crate) unit: Unit,
    /// Which way it improves.
    pub(crate) better: Better,
}

const fn metric(key: &'static str, title: &'static str, unit: Unit, better: Better) -> Metric {
    Metric { key, title, unit, better }
}

/// All figures, in the order in which reports show them.
pub(crate) const METRICS: &[Metric] = &[
    metric("messages", "messages published", Unit::Count, Better::Neither),
    metric("publishes_per_second", "publishes per second", Unit::PerSecond, Better::Higher),
    metric("receivers_per_publish", "receivers told per publish", Unit::Factor, Better::Neither),
    metric("deliveries", "messages delivered", Unit::Count, Better::Neither),
    metric("deliveries_per_second", "deliveries per second", Unit::PerSecond, Better::Higher),
    metric("lost", "messages lost", Unit::Count, Better::Lower),
    metric("closed_subscribers", "subscribers closed by the server", Unit::Count, Better::Lower),
    metric("latency_mean_ns", "latency, mean", Unit::Nanoseconds, Better::Lower),
    metric("latency_p50_ns", "latency, median", Unit::Nanoseconds, Better::Lower),
    metric("latency_p90_ns", "latency, p90", Unit::Nanoseconds, Better::Lower),
    metric("latency_p99_ns", "latency, p99", Unit::Nanoseconds, Better::Lower),
    metric("latency_p999_ns", "latency, p99.9", Unit::Nanoseconds, Better::Lower),
    metric("latency_max_ns", "latency, longest", Unit::Nanoseconds, Better::Lower),
    metric("reply_p50_ns", "publisher's wait, median", Unit::Nanoseconds, Better::Lower),
    metric("reply_p99_ns", "publisher's wait, p99", Unit::Nanoseconds, Better::Lower),
    metric("messages_per_read", "messages per read (k)", Unit::Factor, Better::Neither),
    metric("requests", "requests", Unit::Count, Better::Neither),
    metric("requests_per_second", "requests per second", Unit::PerSecond, Better::Higher),
    metric("errors", "error replies", Unit::Count, Better::Lower),
    metric(
        "server_cpu_ns_per_delivery",
        "server CPU per delivery",
        Unit::Nanoseconds,
        Better::Lower,
    ),
    metric("server_cpu_ns_per_publish", "server CPU per publish", Unit::Nanoseconds, Better::Lower),
    metric("server_cpu_ns_per_request", "server CPU per request", Unit::Nanoseconds, Better::Lower),
    metric(
        "sender_cpu_ns_per_delivery",
        "sender CPU per delivery",
        Unit::Nanoseconds,
        Better::Lower,
    ),
    metric("server_cores", "server's share of a CPU", Unit::Factor, Better::Neither),
    metric("load_cores", "load's share of a CPU", Unit::Factor, Better::Neither),
    metric("resident_before_bytes", "resident memory before", Unit::Bytes, Better::Neither),
    metric("resident_after_bytes", "resident memory after", Unit::Bytes, Better::Lower),
    metric("resident_bytes_per_subscriber", "resident per subscriber", Unit::Bytes, Better::Lower),
    metric("resident_bytes_per_key", "resident per key", Unit::Bytes, Better::Lower),
    metric("resident_bytes_per_entry", "resident per entry", Unit::Bytes, Better::Lower),
    metric(
        "resident_bytes_per_pending_entry",
        "resident per pending entry",
        Unit::Bytes,
        Better::Lower,
    ),
    metric("published_bytes", "payload published", Unit::Bytes, Better::Neither),
    metric("resident_growth_bytes", "growth of resident memory", Unit::Bytes, Better::Lower),
    metric("growth_per_published", "growth ÷ payload published", Unit::Factor, Better::Lower),
];

impl Metric {
    /// The metric of this name. Names are constants of this program, so a wrong one is a mistake of ours.
    pub(crate) fn by_key(key: &str) -> &'static Self {
        METRICS.iter().find(|metric| metric.key == key).expect("every key used is declared")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_titles_are_unique() {
        for (position, metric) in METRICS.iter().enumerate() {
            for other in &METRICS[position + 1..] {
                assert_ne!(metric.key, other.key);
                assert_ne!(metric.title, other.title);
            }
        }
    }
}
