//! The options of searches.

use fanfare_data::geo::{Area, Position, Shape};
use fanfare_data::sorted_set::View;

use super::value::{length, position, unit_m};
use crate::command::{Args, CommandError};

const NO_RADIUS: CommandError = CommandError::Text("ERR need numeric radius");
const NEGATIVE_RADIUS: CommandError = CommandError::Text("ERR radius cannot be negative");
const NO_WIDTH: CommandError = CommandError::Text("ERR need numeric width");
const NO_HEIGHT: CommandError = CommandError::Text("ERR need numeric height");
const NEGATIVE_SIDE: CommandError = CommandError::Text("ERR height or width cannot be negative");
const NO_SUCH_MEMBER: CommandError =
    CommandError::Text("ERR could not decode requested zset member");
const COUNT_NOT_POSITIVE: CommandError = CommandError::Text("ERR COUNT must be > 0");
const ANY_WITHOUT_COUNT: CommandError =
    CommandError::Text("ERR the ANY argument requires COUNT argument");

/// Which command searches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// `GEORADIUS` and `GEORADIUSBYMEMBER`: the area stands first; they may store.
    Radius,
    /// The same, but reading only.
    RadiusReadOnly,
    /// `GEOSEARCH`.
    Search,
    /// `GEOSEARCHSTORE`.
    SearchStore,
}

/// In which order members are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As they are found.
    None,
    /// The nearest first.
    Ascending,
    /// The farthest first.
    Descending,
}

/// What a search is to find, and what of it to give.
#[derive(Clone, Debug)]
pub(super) struct Options<'a> {
    /// Where, and in which form, in metres; not there if there is no such key.
    pub(super) area: Option<Area>,
    /// The unit of distances, in metres.
    pub(super) unit_m: f64,
    /// How many members.
    pub(super) count: Option<usize>,
    /// Whether any so many will do, rather than the nearest.
    pub(super) takes_any: bool,
    pub(super) order: Order,
    pub(super) with_distance: bool,
    pub(super) with_number: bool,
    pub(super) with_position: bool,
    /// The key that members are stored under.
    pub(super) target: Option<&'a [u8]>,
    /// Whether distances are stored rather than positions.
    pub(super) stores_distances: bool,
}

/// How a centre is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Member,
    Position,
}

/// Reads options. One that is given again replaces what it was; but the two ways to name a centre, and the two forms, exclude
/// each other.
pub(super) struct Reader<'a, 's> {
    command: Command,
    /// The set that is searched, if there is one.
    set: Option<View<'s>>,
    /// How the centre was named, if it was.
    from: Option<From>,
    /// The centre. It is not known where there is no set.
    center: Option<Position>,
    shape: Option<Shape>,
    options: Options<'a>,
}

impl<'a, 's> Reader<'a, 's> {
    pub(super) fn new(command: Command, set: Option<View<'s>>) -> Self {
        let options = Options {
            area: None,
            unit_m: 1.0,
            count: None,
            takes_any: false,
            order: Order::None,
            with_distance: false,
            with_number: false,
            with_position: false,
            target: None,
            stores_distances: false,
        };
        Self { command, set, from: None, center: None, shape: None, options }
    }

    /// A search that begins with a position.
    pub(super) fn position(mut self, args: &mut Args<'a>) -> Result<Self, CommandError> {
        self.from = Some(From::Position);
        self.center = Some(position(args)?);
        Ok(self)
    }

    /// A search that begins with a member.
    pub(super) fn member(mut self, args: &mut Args<'a>) -> Result<Self, CommandError> {
        self.from = Some(From::Member);
        let member = args.required()?;
        if let Some(set) = self.set {
            let score = set.score(member).ok_or(NO_SUCH_MEMBER)?;
            self.center = Some(Position::of_score(score));
        }
        Ok(self)
    }

    /// A search that begins with a member and a radius. Without a set Redis looks at neither.
    pub(super) fn member_and_radius(mut self, args: &mut Args<'a>) -> Result<Self, CommandError> {
        if self.set.is_some() {
            return self.member(args)?.radius(args);
        }
        args.take(3).for_each(drop);
        self.from = Some(From::Member);
        self.shape = Some(Shape::Circle { radius_m: 0.0 });
        Ok(self)
    }

    /// A radius and its unit.
    pub(super) fn radius(mut self, args: &mut Args<'a>) -> Result<Self, CommandError> {
        let radius = length(args, NO_RADIUS)?;
        if radius < 0.0 {
            return Err(NEGATIVE_RADIUS);
        }
        self.options.unit_m = unit_m(args.required()?)?;
        self.shape = Some(Shape::Circle { radius_m: radius * self.options.unit_m });
        Ok(self)
    }

    fn sides(mut self, args: &mut Args<'a>) -> Result<Self, CommandError> {
        let (width, height) = (length(args, NO_WIDTH)?, length(args, NO_HEIGHT)?);
        if width < 0.0 || height < 0.0 {
            return Err(NEGATIVE_SIDE);
        }
        let unit_m = unit_m(args.required()?)?;
        self.options.unit_m = unit_m;
        self.shape = Some(Shape::Box { width_m: width * unit_m, height_m: height * unit_m });
        Ok(self)
    }

    /// All that is left.
    pub(super) fn rest(mut self, mut args: Args<'a>) -> Result<Options<'a>, CommandError> {
        let request = args.clone();
        let is_search = matches!(self.command, Command::Search | Command::SearchStore);
        while !args.is_empty() {
            if self.take_common(&mut args)? {
                continue;
            }
            let following = args.len() - 1;
            self = if is_search {
                self.search_option(&mut args, following)?
            } else {
                let may_store = self.command == Command::Radius && following >= 1;
                let word = args.required()?;
                let stores_distances = word.eq_ignore_ascii_case(b"STOREDIST");
                if !may_store || !stores_distances && !word.eq_ignore_ascii_case(b"STORE") {
                    return Err(CommandError::Syntax);
                }
                self.options.stores_distances = stores_distances;
                self.options.target = Some(declared_key(request.clone(), word, &mut args)?);
                self
            };
        }
        self.finish(request.request().arg(0))
    }

    /// Takes an option that only `GEOSEARCH` and `GEOSEARCHSTORE` have.
    fn search_option(
        mut self,
        args: &mut Args<'a>,
        following: usize,
    ) -> Result<Self, CommandError> {
        let may_be_from = |from| self.from.is_none_or(|other| other == from);
        let is_box = self.shape.map(|shape| matches!(shape, Shape::Box { .. }));
        if following >= 1 && may_be_from(From::Member) && args.take_word("FROMMEMBER") {
            self.member(args)
        } else if following >= 2 && may_be_from(From::Position) && args.take_word("FROMLONLAT") {
            self.position(args)
        } else if following >= 2 && is_box != Some(true) && args.take_word("BYRADIUS") {
            self.radius(args)
        } else if following >= 3 && is_box != Some(false) && args.take_word("BYBOX") {
            self.sides(args)
        } else if self.command == Command::SearchStore && args.take_word("STOREDIST") {
            self.options.stores_distances = true;
            Ok(self)
        } else {
            Err(CommandError::Syntax)
        }
    }

    /// Takes an option that all searches have; whether there was one.
    fn take_common(&mut self, args: &mut Args<'a>) -> Result<bool, CommandError> {
        let options = &mut self.options;
        if args.take_word("WITHDIST") {
            options.with_distance = true;
        } else if args.take_word("WITHHASH") {
            options.with_number = true;
        } else if args.take_word("WITHCOORD") {
            options.with_position = true;
        } else if args.take_word("ANY") {
            options.takes_any = true;
        } else if args.take_word("ASC") {
            options.order = Order::Ascending;
        } else if args.take_word("DESC") {
            options.order = Order::Descending;
        } else if args.len() > 1 && args.take_word("COUNT") {
            let count = args.integer()?;
            let count = usize::try_from(count).ok().filter(|count| *count > 0);
            options.count = Some(count.ok_or(COUNT_NOT_POSITIVE)?);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Checks what was read. Errors repeat the command's name as the client wrote it.
    fn finish(mut self, name: &[u8]) -> Result<Options<'a>, CommandError> {
        let options = &mut self.options;
        let is_store = self.command == Command::SearchStore;
        if (is_store || options.target.is_some())
            && (options.with_distance || options.with_number || options.with_position)
        {
            return Err(CommandError::Text(if is_store {
                "ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options"
            } else {
                "ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and \
                 WITHCOORD options"
            }));
        }
        if self.from.is_none() {
            let text = "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ";
            return Err(CommandError::naming(text, name, ""));
        }
        let Some(shape) = self.shape else {
            let text = "ERR exactly one of BYRADIUS and BYBOX can be specified for ";
            return Err(CommandError::naming(text, name, ""));
        };
        if options.takes_any && options.count.is_none() {
            return Err(ANY_WITHOUT_COUNT);
        }
        if options.count.is_some() && options.order == Order::None && !options.takes_any {
            options.order = Order::Ascending;
        }
        options.area = self.center.map(|center| Area { center, shape });
        Ok(self.options)
    }
}

/// The key behind a word, which must be the first such word: that key alone is declared.
fn declared_key<'a>(
    mut request: Args<'a>,
    word: &[u8],
    args: &mut Args<'a>,
) -> Result<&'a [u8], CommandError> {
    let key = args.required()?;
    let first = request.by_ref().find(|arg| arg.eq_ignore_ascii_case(word));
    let is_declared = first.is_some() && request.next() == Some(key);
    if is_declared { Ok(key) } else { Err(CommandError::Syntax) }
}
