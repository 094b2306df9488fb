//! Positions, units and distances in requests and replies.

use fanfare_data::geo::Position;
use fanfare_protocol::Reply;
use fanfare_stdx::double::parse_double;

use crate::command::{Args, CommandError};

const NOT_A_FLOAT: CommandError = CommandError::Text("ERR value is not a valid float");
const UNKNOWN_UNIT: CommandError =
    CommandError::Text("ERR unsupported unit provided. please use M, KM, FT, MI");

/// Reads a longitude and a latitude.
pub(super) fn position(args: &mut Args<'_>) -> Result<Position, CommandError> {
    let mut degrees = || parse_double(args.required()?).ok_or(NOT_A_FLOAT);
    let position = Position { longitude: degrees()?, latitude: degrees()? };
    if position.is_valid() {
        return Ok(position);
    }
    let Position { longitude, latitude } = position;
    Err(CommandError::echo(format!(
        "ERR invalid longitude,latitude pair {longitude:.6},{latitude:.6}"
    )))
}

/// A unit of length, in metres.
pub(super) fn unit_m(name: &[u8]) -> Result<f64, CommandError> {
    match name.to_ascii_lowercase().as_slice() {
        b"m" => Ok(1.0),
        b"km" => Ok(1000.0),
        b"ft" => Ok(0.3048),
        b"mi" => Ok(1609.34),
        _ => Err(UNKNOWN_UNIT),
    }
}

/// Reads a length; `what` is wrong if it is no number.
pub(super) fn length(args: &mut Args<'_>, what: CommandError) -> Result<f64, CommandError> {
    parse_double(args.required()?).ok_or(what)
}

/// Writes a distance, to four decimals.
pub(super) fn write_distance(reply: &mut Reply<'_>, distance: f64) {
    reply.bulk(format!("{distance:.4}").as_bytes());
}

/// Writes a position.
pub(super) fn write_position(reply: &mut Reply<'_>, position: Position) {
    reply.array(2);
    reply.double(position.longitude);
    reply.double(position.latitude);
}
