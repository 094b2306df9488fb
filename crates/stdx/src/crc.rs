//! Cyclic redundancy checks.

/// Bytes that one step of a checksum takes.
const STEP: usize = 8;

/// CRC-16/XMODEM (polynomial 0x1021, initial value 0), as cluster hash slots use it.
pub fn crc16(bytes: &[u8]) -> u16 {
    let (steps, rest) = bytes.as_chunks::<STEP>();
    let crc = steps.iter().fold(0, |crc, step| advance(crc, step));
    advance(crc, rest)
}

/// The checksum behind [`STEP`] bytes more, or fewer. What each adds is looked up apart, so that none waits for another.
#[inline]
fn advance(crc: u16, bytes: &[u8]) -> u16 {
    let [high, low] = crc.to_be_bytes();
    match *bytes {
        [] => crc,
        [only] => u16::from(low) << 8 ^ CRC16_TABLES[0][usize::from(only ^ high)],
        [first, second, ref others @ ..] => {
            let tables = &CRC16_TABLES[..bytes.len()];
            let [others_tables @ .., second_table, first_table] = tables else { return crc };
            let others = others_tables.iter().rev().zip(others);
            let crc =
                first_table[usize::from(first ^ high)] ^ second_table[usize::from(second ^ low)];
            others.fold(crc, |crc, (table, &byte)| crc ^ table[usize::from(byte)])
        }
    }
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
