//! Positions on Earth as numbers of 52 bits, distances, and where to look for what is near.
//!
//! Both coordinates are cut in 2²⁶ parts, and the bits of the numbers of the parts are interleaved, those of the longitude
//! first: a geohash. Positions whose first bits are the same lie in one cell, and a cell is a range of numbers. Latitudes
//! end where the maps of the web do, at 85.05112878 degrees.
//!
//! | module | what it holds |
//! |---|---|
//! | [`area`] | circles and boxes, and the cells that cover them |

pub mod area;
#[cfg(test)]
mod tests;

pub use area::{Area, Shape};

/// Greatest longitude, in degrees.
pub const LONGITUDE_MAX: f64 = 180.0;
/// Greatest latitude, in degrees.
pub const LATITUDE_MAX: f64 = 85.051_128_78;

/// Bits of each coordinate in a number.
const STEP_MAX: u32 = 26;
/// Earth's radius, in metres.
const EARTH_RADIUS_M: f64 = 6_372_797.560_856;
/// Letters of a geohash's text.
const LETTERS: usize = 11;
const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// A position, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// East of Greenwich.
    pub longitude: f64,
    /// North of the equator.
    pub latitude: f64,
}

impl Position {
    /// Whether the coordinates can be told by a number.
    pub fn is_valid(self) -> bool {
        self.longitude.abs() <= LONGITUDE_MAX && self.latitude.abs() <= LATITUDE_MAX
    }

    /// The number that tells the position, which must be valid.
    pub fn number(self) -> u64 {
        Cell::around(self, STEP_MAX, LATITUDE_MAX).bits
    }

    /// The middle of the least cell, that of a number.
    pub fn of_number(number: u64) -> Self {
        let bounds = Cell { bits: number, step: STEP_MAX }.bounds();
        let middle =
            |[least, most]: [f64; 2], max: f64| f64::midpoint(least, most).clamp(-max, max);
        Self {
            longitude: middle(bounds.longitudes, LONGITUDE_MAX),
            latitude: middle(bounds.latitudes, LATITUDE_MAX),
        }
    }

    /// The position that a score tells.
    pub fn of_score(score: f64) -> Self {
        Self::of_number(number_of_score(score))
    }

    /// The geohash's usual text, for which latitudes go to the poles. The last letter is always `0`, for lack of bits.
    pub fn geohash(self) -> [u8; LETTERS] {
        let bits = Cell::around(self, STEP_MAX, 90.0).bits;
        let mut text = [b'0'; LETTERS];
        for (letter, index) in text[..LETTERS - 1].iter_mut().zip(1..) {
            let five_bits = bits >> (2 * STEP_MAX - 5 * index) & 0x1f;
            *letter = ALPHABET[five_bits as usize];
        }
        text
    }

    /// The distance to another position along a great circle, in metres.
    pub fn distance_m(self, other: Self) -> f64 {
        let half_chord = ((other.longitude.to_radians() - self.longitude.to_radians()) / 2.0).sin();
        if half_chord == 0.0 {
            return latitude_distance_m(self, other);
        }
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let across = ((to - from) / 2.0).sin();
        let haversine = across * across + from.cos() * to.cos() * half_chord * half_chord;
        2.0 * EARTH_RADIUS_M * haversine.sqrt().asin()
    }
}

/// The distance between the circles of latitude of two positions, in metres.
fn latitude_distance_m(from: Position, to: Position) -> f64 {
    EARTH_RADIUS_M * (to.latitude.to_radians() - from.latitude.to_radians()).abs()
}

/// The number that a score stands for. What is no number of a position becomes one as conversions of x86 have it.
pub fn number_of_score(score: f64) -> u64 {
    const HALF: f64 = 9_223_372_036_854_775_808.0;
    if score < HALF {
        return (score as i64).cast_unsigned();
    }
    let rest = score - HALF;
    if rest < HALF { (rest as i64).cast_unsigned() | 1 << 63 } else { 0 }
}

/// All positions whose numbers begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    /// Twice as many bits as `step` says, or one more of each coordinate if it is at its greatest.
    bits: u64,
    /// How many bits of each coordinate are told.
    step: u32,
}

/// The least and the greatest coordinates of a cell.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    longitudes: [f64; 2],
    latitudes: [f64; 2],
}

impl Cell {
    /// The cell that a position is in, if latitudes go to `latitude_max`.
    fn around(position: Position, step: u32, latitude_max: f64) -> Self {
        let part = |coordinate: f64, max: f64| {
            (((coordinate + max) / (2.0 * max)) * f64::from(1 << step)) as u32
        };
        let longitude = part(position.longitude, LONGITUDE_MAX);
        let latitude = part(position.latitude, latitude_max);
        Self { bits: spread(longitude) << 1 | spread(latitude), step }
    }

    fn bounds(self) -> Bounds {
        let bounds = |part: u32, max: f64| {
            [0.0, 1.0].map(|more| {
                -max + (f64::from(part) + more) / f64::from(1 << self.step) * (2.0 * max)
            })
        };
        Bounds {
            longitudes: bounds(gather(self.bits >> 1), LONGITUDE_MAX),
            latitudes: bounds(gather(self.bits), LATITUDE_MAX),
        }
    }

    /// The cell so many cells to the east and to the north. Beyond an end it goes on at the other; but a coordinate at its
    /// greatest, which is in no cell, stays there unless it is moved. (So searches around such a centre find less, as in
    /// Redis.)
    fn beside(self, east: i32, north: i32) -> Self {
        let mask = (1 << self.step) - 1;
        let moved = |part: u32, by: i32| match by {
            0 => part,
            by => part.wrapping_add_signed(by) & mask,
        };
        let longitude = moved(gather(self.bits >> 1), east);
        let latitude = moved(gather(self.bits), north);
        Self { bits: spread(longitude) << 1 | spread(latitude), step: self.step }
    }

    /// The numbers of its positions.
    fn numbers(self) -> std::ops::Range<u64> {
        let shift = 2 * (STEP_MAX - self.step);
        self.bits << shift..(self.bits + 1) << shift
    }
}

/// Puts a zero bit above each bit.
fn spread(bits: u32) -> u64 {
    let mut spread = u64::from(bits);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        spread = (spread | spread << shift) & mask;
    }
    spread
}

/// Takes every second bit, the lowest first.
fn gather(bits: u64) -> u32 {
    let mut gathered = bits & 0x5555_5555_5555_5555;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ] {
        gathered = (gathered | gathered >> shift) & mask;
    }
    gathered as u32
}
