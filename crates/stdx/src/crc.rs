//! Cyclic redundancy checks.

/// Bytes that one step of a checksum takes.
const STEP: usize = 8;

/// CRC-16/XMODEM (polynomial 0x1021, initial value 0), as cluster hash slots use it.
pub fn crc16(bytes: &[u8]) -> u16 {
    let (rest, steps) = bytes.as_rchunks::<STEP>();
    // Zeros in front change nothing: what is too short for a step is made one.
    let first = match bytes.first_chunk() {
        _ if rest.is_empty() => 0,
        Some(first) => advance(0, u64::from_be_bytes(*first) >> (8 * (STEP - rest.len()))),
        None => advance(0, rest.iter().fold(0, |word, &byte| word << 8 | u64::from(byte))),
    };
    steps.iter().fold(first, |crc, step| advance(crc, u64::from_be_bytes(*step)))
}

/// The checksum behind a step more. What each of its bytes adds is looked up apart, so that none waits for another.
#[inline]
fn advance(crc: u16, step: u64) -> u16 {
    let bytes = (step ^ u64::from(crc) << (u64::BITS - u16::BITS)).to_be_bytes();
    let mut crc = 0;
    for index in 0..STEP {
        crc ^= CRC16_TABLES[STEP - 1 - index][usize::from(bytes[index])];
    }
    crc
}

/// For each byte, what it adds to a checksum when so many zero bytes follow it.
static CRC16_TABLES: [[u16; 256]; STEP] = {
    let mut tables = [[0_u16; 256]; STEP];
    let mut index = 0;
    while index < 256 {
        let mut crc = (index as u16) << 8;
        let mut bit = 0;
        while bit < STEP * 8 {
            if bit % 8 == 0 && bit > 0 {
                tables[bit / 8 - 1][index] = crc;
            }
            crc = if crc & 0x8000 != 0 { (crc << 1) ^ 0x1021 } else { crc << 1 };
            bit += 1;
        }
        tables[STEP - 1][index] = crc;
        index += 1;
    }
    tables
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc16_matches_the_catalogue_check_value() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
    }

    #[test]
    fn crc16_is_the_remainder_of_a_division() {
        let bytes: Vec<u8> = (0..100_u8).map(|byte| byte.wrapping_mul(73)).collect();
        for length in 0..bytes.len() {
            let by_bits = bytes[..length].iter().fold(0_u16, |crc, &byte| {
                (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| {
                    if crc & 0x8000 != 0 { (crc << 1) ^ 0x1021 } else { crc << 1 }
                })
            });
            assert_eq!(crc16(&bytes[..length]), by_bits, "{length} bytes");
        }
    }
}
