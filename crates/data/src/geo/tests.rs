use fanfare_stdx::random::Random;

use super::*;

const PALERMO: Position = Position { longitude: 13.361_389, latitude: 38.115_556 };
const CATANIA: Position = Position { longitude: 15.087_269, latitude: 37.502_669 };

fn uniform(random: &mut Random, from: f64, to: f64) -> f64 {
    from + (to - from) * (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

fn some_position(random: &mut Random) -> Position {
    Position {
        longitude: uniform(random, -LONGITUDE_MAX, LONGITUDE_MAX),
        latitude: uniform(random, -LATITUDE_MAX, LATITUDE_MAX),
    }
}

#[test]
fn numbers_texts_and_distances_are_those_of_redis() {
    assert_eq!(
        (PALERMO.number(), CATANIA.number()),
        (3_479_099_956_230_698, 3_479_447_370_796_909)
    );
    let palermo = Position::of_score(3_479_099_956_230_698.0);
    let shown = Position { longitude: 13.361_389_338_970_184, latitude: 38.115_556_395_496_3 };
    assert_eq!(palermo, shown);
    assert_eq!(&palermo.geohash(), b"sqc8b49rny0");
    let catania = Position::of_number(CATANIA.number());
    assert_eq!(format!("{:.4}", palermo.distance_m(catania)), "166274.1516");
    let corner = Position { longitude: LONGITUDE_MAX, latitude: LATITUDE_MAX };
    assert_eq!(Position::of_number(corner.number()), corner);
    for (score, number) in [(-1.0, u64::MAX), (3.5, 3), (f64::INFINITY, 0), (1e19, 10_u64.pow(19))]
    {
        assert_eq!(number_of_score(score), number);
    }
}

#[test]
fn a_number_tells_its_position_within_a_metre() {
    let mut random = Random::from_seed(1);
    for _ in 0..10_000 {
        let position = some_position(&mut random);
        let told = Position::of_number(position.number());
        assert!(position.distance_m(told) < 1.0, "{position:?} became {told:?}");
        assert_eq!(told.number(), position.number());
    }
}

#[test]
fn what_lies_in_an_area_is_in_its_ranges_of_numbers() {
    let mut random = Random::from_seed(2);
    for _ in 0..3000 {
        let center = Position {
            longitude: uniform(&mut random, -150.0, 150.0),
            latitude: uniform(&mut random, -60.0, 60.0),
        };
        let size_m = 10.0 * uniform(&mut random, 0.0, 11.0).exp();
        let shape = match random.below(2) {
            0 => Shape::Circle { radius_m: size_m },
            _ => Shape::Box { width_m: size_m, height_m: size_m / uniform(&mut random, 0.2, 5.0) },
        };
        let area = Area { center, shape };
        let ranges: Vec<_> = area.numbers().collect();
        assert!(ranges.len() <= 9);
        for _ in 0..50 {
            let spread = size_m / 60_000.0;
            let position = Position {
                longitude: center.longitude + uniform(&mut random, -spread, spread),
                latitude: center.latitude + uniform(&mut random, -spread, spread),
            };
            let number = position.number();
            if area.distance_m(position).is_some() {
                let found = ranges.iter().filter(|range| range.contains(&number)).count();
                assert_eq!(found, 1, "{position:?} in {area:?}");
            }
        }
    }
}
