//! `LOLWUT`: messages spreading from their publishers, as rings on a pond.

use std::time::{SystemTime, UNIX_EPOCH};

use fanfare_engine::command::{Args, CommandError};
use fanfare_stdx::number::parse_i64;

use crate::context::Context;
use crate::host::version::{FANFARE_VERSION, REDIS_VERSION};

/// Most columns, rows and publishers that a client can ask for.
const PICTURE_MAX: [usize; 3] = [160, 60, 12];
/// What it gets if it asks for nothing.
const PICTURE_DEFAULT: [usize; 3] = [66, 18, 3];
/// From trough to crest.
const SHADES: &[u8] = b"  .:-=+*#@";

/// `LOLWUT [VERSION version [columns [rows [publishers]]]]`. There is one picture for all versions.
pub(super) fn lolwut(context: &mut Context<'_>, mut args: Args<'_>) -> Result<(), CommandError> {
    let mut sizes = PICTURE_DEFAULT;
    if args.len() >= 2 && args.take_word("VERSION") {
        args.integer()?;
        for (size, limit) in sizes.iter_mut().zip(PICTURE_MAX) {
            let Some(text) = args.next() else { break };
            let wanted = parse_i64(text).ok_or(CommandError::NotAnInteger)?;
            *size = usize::try_from(wanted.max(1)).unwrap_or(limit).min(limit);
        }
    }
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    let mut text = draw(sizes, u64::from(seed));
    let caption = format!(
        "\nFanfare {FANFARE_VERSION}, one message heard by all. Redis ver. {REDIS_VERSION}\n"
    );
    text.extend_from_slice(caption.as_bytes());
    context.reply().verbatim(*b"txt", &text);
    Ok(())
}

fn draw([columns, rows, publishers]: [usize; 3], seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as f64
    };
    let centres: Vec<_> =
        (0..publishers).map(|_| (random(columns), random(rows), 1.5 + random(20) / 10.0)).collect();
    let mut text = Vec::with_capacity((columns + 1) * rows);
    for row in 0..rows {
        for column in 0..columns {
            let height: f64 = centres
                .iter()
                .map(|&(x, y, wavelength)| {
                    // A character is about twice as high as wide.
                    let distance = (column as f64 - x).hypot((row as f64 - y) * 2.0);
                    (distance / wavelength).cos() / (1.0 + distance / 12.0)
                })
                .sum();
            let shade = (height.midpoint(1.0) * SHADES.len() as f64).max(0.0) as usize;
            text.push(SHADES[shade.min(SHADES.len() - 1)]);
        }
        while text.last() == Some(&b' ') {
            text.pop();
        }
        text.push(b'\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_the_size_asked_for() {
        for seed in 0..50 {
            let picture = draw([40, 7, 3], seed);
            let lines: Vec<_> = picture.split(|&byte| byte == b'\n').collect();
            assert_eq!(lines.len(), 8, "seed {seed}");
            assert!(lines.iter().all(|line| line.len() <= 40), "seed {seed}");
            assert!(picture.iter().any(|byte| SHADES[3..].contains(byte)), "seed {seed}");
        }
    }
}
