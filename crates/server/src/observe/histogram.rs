//! Durations by size: log-linear buckets, exact to two significant digits, from 1 ns to 1 s.
//!
//! The bucket borders are those of an HDR histogram of two digits, so that `LATENCY HISTOGRAM` and the
//! percentiles of `INFO` show the same numbers as Redis for the same durations.

use std::sync::OnceLock;

use super::stats::StatCell;

/// Longest duration told apart; longer ones count as this, in nanoseconds.
pub const DURATION_NS_MAX: u64 = 1_000_000_000;

/// Values below this have a bucket each; above, each power of two has half as many buckets.
const EXACT_VALUES: u64 = 256;

/// Buckets of each power of two.
const BUCKETS_PER_POWER: usize = EXACT_VALUES as usize / 2;

const BUCKETS: usize = bucket_of(DURATION_NS_MAX) + 1;

/// The first border of `LATENCY HISTOGRAM`, in nanoseconds; the others double it.
const FIRST_BORDER_NS: u64 = 1024;

/// How many borders there are: the last one lies above [`DURATION_NS_MAX`].
const BORDERS: u32 = 21;

const _: () = assert!(FIRST_BORDER_NS << (BORDERS - 1) > DURATION_NS_MAX);

/// Buckets that are kept together: those of a power of two, the first two groups being exact. Durations of one command fall
/// into few groups.
const GROUP_BUCKETS: usize = BUCKETS_PER_POWER;

const GROUPS: usize = BUCKETS.div_ceil(GROUP_BUCKETS);

/// A histogram that one thread fills while others read it. Takes 400 bytes, and 1 KB for each group that was counted in.
#[derive(Debug, Default)]
pub struct HistogramCells {
    groups: [OnceLock<Box<[StatCell; GROUP_BUCKETS]>>; GROUPS],
}

/// What a histogram held at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    groups: [Option<Box<[u64; GROUP_BUCKETS]>>; GROUPS],
}

impl HistogramCells {
    /// Counts one duration. Only the owning thread may call this.
    pub fn record(&self, duration_ns: u64) {
        let bucket = bucket_of(duration_ns.clamp(1, DURATION_NS_MAX));
        let make = || Box::new(std::array::from_fn(|_| StatCell::default()));
        self.groups[bucket / GROUP_BUCKETS].get_or_init(make)[bucket % GROUP_BUCKETS].add(1);
    }

    /// Adds what is held now to `sum`.
    pub fn add_to(&self, sum: &mut Histogram) {
        for (sum, group) in sum.groups.iter_mut().zip(&self.groups) {
            if let Some(cells) = group.get() {
                let sum = sum.get_or_insert_with(|| Box::new([0; GROUP_BUCKETS]));
                sum.iter_mut().zip(&**cells).for_each(|(sum, cell)| *sum += cell.get());
            }
        }
    }

    /// Memory that it takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        let groups = self.groups.iter().filter(|group| group.get().is_some()).count();
        size_of::<Self>() + groups * size_of::<[StatCell; GROUP_BUCKETS]>()
    }
}

impl Histogram {
    /// Takes away what was held earlier.
    pub fn subtract(&mut self, earlier: &Self) {
        for (group, earlier) in self.groups.iter_mut().zip(&earlier.groups) {
            if let (Some(counts), Some(earlier)) = (group, earlier) {
                counts.iter_mut().zip(&**earlier).for_each(|(count, earlier)| *count -= earlier);
            }
        }
    }

    /// How many durations are counted.
    pub fn total(&self) -> u64 {
        self.counts().map(|(_, count)| count).sum()
    }

    /// Buckets in ascending order with what is counted in them, without those of groups that nothing was counted in.
    fn counts(&self) -> impl Iterator<Item = (usize, u64)> {
        let groups = (0..).step_by(GROUP_BUCKETS).zip(&self.groups);
        let counted = groups.filter_map(|(first, group)| Some((first, group.as_deref()?)));
        counted.flat_map(|(first, counts)| (first..).zip(counts.iter().copied()))
    }

    /// The duration that `percent` of all durations do not exceed, in nanoseconds: the top of its bucket.
    /// 0 if nothing is counted.
    pub fn percentile_ns(&self, percent: f64) -> u64 {
        let rank = (percent.clamp(0.0, 100.0) / 100.0 * self.total() as f64 + 0.5) as u64;
        let rank = rank.max(1);
        let mut seen = 0;
        let reaches = |&(_, count): &(usize, u64)| {
            seen += count;
            seen >= rank
        };
        self.counts().find(reaches).map_or(0, |(bucket, _)| bucket_top(bucket))
    }

    /// Pairs of a duration in whole microseconds and how many durations do not exceed it. Borders that add
    /// nothing to the border before are left out.
    pub fn cumulative_us(&self) -> Vec<(u64, u64)> {
        let mut pairs: Vec<(u64, u64)> = Vec::new();
        let mut seen = 0;
        let mut counts = self.counts().peekable();
        for power in 0..BORDERS {
            let border = bucket_of(FIRST_BORDER_NS << power);
            while let Some((_, count)) = counts.next_if(|(bucket, _)| *bucket <= border) {
                seen += count;
            }
            if seen > pairs.last().map_or(0, |pair| pair.1) {
                pairs.push((bucket_top(border) / 1000, seen));
            }
        }
        pairs
    }
}

const fn bucket_of(value: u64) -> usize {
    if value < EXACT_VALUES {
        return value as usize;
    }
    let power = value.ilog2() - (EXACT_VALUES.ilog2() - 1);
    power as usize * BUCKETS_PER_POWER + (value >> power) as usize
}

/// The highest value that falls in the bucket.
const fn bucket_top(bucket: usize) -> u64 {
    if (bucket as u64) < EXACT_VALUES {
        return bucket as u64;
    }
    let power = bucket / BUCKETS_PER_POWER - 1;
    let within_power = (bucket % BUCKETS_PER_POWER + BUCKETS_PER_POWER) as u64;
    ((within_power + 1) << power) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(durations_us: &[u64]) -> Histogram {
        let cells = HistogramCells::default();
        for duration_us in durations_us {
            cells.record(duration_us * 1000);
        }
        let mut histogram = Histogram::default();
        cells.add_to(&mut histogram);
        histogram
    }

    #[test]
    fn buckets_are_adjacent_and_two_digits_wide() {
        let mut value = 0;
        for bucket in 0..BUCKETS {
            assert_eq!(bucket_of(value), bucket);
            let top = bucket_top(bucket);
            assert_eq!(bucket_of(top), bucket);
            assert!((top - value) * 100 <= value.max(1), "{value}..{top}");
            value = top + 1;
        }
        assert!(value > DURATION_NS_MAX);
    }

    /// The figures that Redis 8.2 shows for the same durations.
    #[test]
    fn percentiles_are_those_of_redis() {
        for (duration_us, shown_ns) in [
            (1, 1003),
            (2, 2007),
            (4, 4015),
            (7, 7007),
            (8, 8031),
            (11, 11007),
            (19, 19071),
            (34, 34047),
            (93, 93183),
            (397, 397311),
            (598, 598015),
        ] {
            assert_eq!(of(&[duration_us]).percentile_ns(50.0), shown_ns, "{duration_us}");
        }
        let two = of(&[8, 11]);
        assert_eq!((two.percentile_ns(50.0), two.percentile_ns(99.0)), (8031, 11007));
        assert_eq!(Histogram::default().percentile_ns(50.0), 0);
    }

    #[test]
    fn borders_are_those_of_redis() {
        assert_eq!(of(&[3]).cumulative_us(), [(4, 1)]);
        assert_eq!(of(&[93]).cumulative_us(), [(132, 1)]);
        assert_eq!(of(&[8, 11]).cumulative_us(), [(8, 1), (16, 2)]);
        assert_eq!(of(&[1, 20_000_000]).cumulative_us(), [(1, 1), (1_082_130, 2)]);
        let borders = of(&[33, 66, 132, 264, 528, 1056, 2113, 4227]).cumulative_us();
        let tops: Vec<u64> = borders.iter().map(|pair| pair.0).collect();
        assert_eq!(tops, [33, 66, 132, 264, 528, 1056, 2113, 4227]);
        assert_eq!(Histogram::default().cumulative_us(), []);
    }

    #[test]
    fn memory_follows_the_groups_that_are_counted_in() {
        let cells = HistogramCells::default();
        let empty_bytes = cells.memory_bytes();
        assert!(empty_bytes < 500, "{empty_bytes}");
        let durations = [(150, 1), (200, 1), (1000, 2), (1500, 3), (1600, 3), (DURATION_NS_MAX, 4)];
        for (duration_ns, groups) in durations {
            cells.record(duration_ns);
            assert_eq!(cells.memory_bytes() - empty_bytes, groups * 1024, "{duration_ns}");
        }
    }

    #[test]
    fn what_was_held_earlier_can_be_taken_away() {
        let mut later = of(&[5, 5, 9]);
        later.subtract(&of(&[5]));
        assert_eq!(later, of(&[5, 9]));
        assert_eq!(later.total(), 2);
    }
}
