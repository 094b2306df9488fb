//! Circles and boxes, and the cells that cover them.

use std::ops::Range;

use super::{Cell, EARTH_RADIUS_M, LATITUDE_MAX, Position, STEP_MAX, latitude_distance_m};

/// Half of the equator's length on the maps of the web, in metres.
const HALF_EQUATOR_M: f64 = 20_037_726.37;

/// The form of an area around its centre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// All that is no farther.
    Circle {
        /// In metres.
        radius_m: f64,
    },
    /// All that is no farther to the east or west than half of the width, nor to the north or south than half of the height.
    Box {
        /// In metres.
        width_m: f64,
        /// In metres.
        height_m: f64,
    },
}

/// What is near to a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Its middle.
    pub center: Position,
    /// Its form.
    pub shape: Shape,
}

/// Steps to a cell's neighbours, east and north, in the order in which they are looked at.
const NEIGHBOURS: [(i32, i32); 8] =
    [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)];

impl Area {
    /// How far a position is from the centre, in metres, if it lies in the area.
    pub fn distance_m(&self, position: Position) -> Option<f64> {
        if let Shape::Box { width_m, height_m } = self.shape {
            let at_its_latitude = Position { longitude: self.center.longitude, ..position };
            let is_inside = latitude_distance_m(self.center, position) <= height_m / 2.0
                && position.distance_m(at_its_latitude) <= width_m / 2.0;
            return is_inside.then(|| self.center.distance_m(position));
        }
        let distance_m = self.center.distance_m(position);
        (distance_m <= self.reach_m()).then_some(distance_m)
    }

    /// The ranges of numbers that the area's positions have, and others with them. They do not overlap.
    pub fn numbers(&self) -> impl Iterator<Item = Range<u64>> {
        let (cell, [west, south, east, north]) = (self.cell(), self.limits());
        let bounds = cell.bounds();
        // With two bits at least, the neighbours on a side are needed only if the area goes beyond the cell there.
        let is_needed = move |step: &(i32, i32)| {
            let is_beyond_east = step.0 == 1 && bounds.longitudes[1] > east;
            let is_beyond_west = step.0 == -1 && bounds.longitudes[0] < west;
            let is_beyond_north = step.1 == 1 && bounds.latitudes[1] > north;
            let is_beyond_south = step.1 == -1 && bounds.latitudes[0] < south;
            cell.step < 2
                || !(is_beyond_east || is_beyond_west || is_beyond_north || is_beyond_south)
        };
        let neighbours = NEIGHBOURS.into_iter().filter(is_needed);
        let mut previous = None;
        std::iter::once(cell)
            .chain(neighbours.map(move |(east, north)| cell.beside(east, north)))
            // Where cells are few, neighbours of one kind are the same.
            .filter(move |cell| previous.replace(*cell) != Some(*cell))
            .map(Cell::numbers)
    }

    /// The cell of the centre that is so large that it and its neighbours cover the area.
    fn cell(&self) -> Cell {
        let step = self.step();
        let cell = Cell::around(self.center, step, LATITUDE_MAX);
        let [west, south, east, north] = self.limits();
        let covers = cell.beside(0, 1).bounds().latitudes[1] >= north
            && cell.beside(0, -1).bounds().latitudes[0] <= south
            && cell.beside(1, 0).bounds().longitudes[1] >= east
            && cell.beside(-1, 0).bounds().longitudes[0] <= west;
        if covers || step == 1 {
            return cell;
        }
        Cell::around(self.center, step - 1, LATITUDE_MAX)
    }

    /// How many bits of each coordinate tell cells that are about as large as the area.
    fn step(&self) -> u32 {
        let mut reach_m = self.reach_m();
        if reach_m == 0.0 {
            return STEP_MAX;
        }
        let mut step = 1_u32;
        while reach_m < HALF_EQUATOR_M {
            reach_m *= 2.0;
            step += 1;
        }
        // The cells near the poles are narrow.
        let narrowing = match self.center.latitude.abs() {
            80.0.. => 4,
            66.0.. => 3,
            _ => 2,
        };
        step.saturating_sub(narrowing).clamp(1, STEP_MAX)
    }

    /// The distance of the farthest positions, in metres.
    fn reach_m(&self) -> f64 {
        match self.shape {
            Shape::Circle { radius_m } => radius_m,
            Shape::Box { width_m, height_m } => {
                ((width_m / 2.0) * (width_m / 2.0) + (height_m / 2.0) * (height_m / 2.0)).sqrt()
            }
        }
    }

    /// The least longitude and latitude, and the greatest, in degrees.
    fn limits(&self) -> [f64; 4] {
        let (half_width_m, half_height_m) = match self.shape {
            Shape::Circle { radius_m } => (radius_m, radius_m),
            Shape::Box { width_m, height_m } => (width_m / 2.0, height_m / 2.0),
        };
        let Position { longitude, latitude } = self.center;
        let latitudes = (half_height_m / EARTH_RADIUS_M).to_degrees();
        // Meridians are closest together on the side of the nearer pole.
        let far_latitude = if latitude < 0.0 { latitude - latitudes } else { latitude + latitudes };
        let longitudes =
            (half_width_m / EARTH_RADIUS_M / far_latitude.to_radians().cos()).to_degrees();
        [longitude - longitudes, latitude - latitudes, longitude + longitudes, latitude + latitudes]
    }
}
