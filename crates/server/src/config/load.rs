//! The configuration that a server starts with: file, standard input and command line.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use fanfare_stdx::words::{append_quoted, split_words};

use super::error::ConfigError;
use super::parameter::{Effect, Kind, Origin, Parameter, Reason};
use super::settings::Config;
use super::table;
use super::values::RenamedCommand;

/// How deep files may include each other; a file that includes itself ends here.
const INCLUDE_DEPTH_MAX: usize = 16;

/// The longest text of a configuration file, so that a device is not read for ever.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// What a configuration is loaded in.
pub struct Surroundings<'a> {
    /// The working directory of the process: relative paths start here, until `dir` moves it.
    pub directory: PathBuf,
    /// Standard input, read when the arguments hold `-`.
    pub input: &'a mut dyn Read,
    /// Whether a command has this name, in lower case: what `rename-command` may rename.
    pub is_command: &'a dyn Fn(&str) -> bool,
}

/// What was loaded.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// The absolute path of the file, for `CONFIG REWRITE`.
    pub file: Option<PathBuf>,
    /// What the log should say about directives that do nothing yet.
    pub notes: Vec<String>,
}

/// Loads the configuration that the `arguments` ask for: `[file] [--directive value …]`, with `-`
/// in the first or last place for standard input.
///
/// Values of arguments come after those of the file.
pub fn load(
    arguments: &[Vec<u8>],
    surroundings: &mut Surroundings<'_>,
) -> Result<Loaded, ConfigError> {
    let mut config = Config { directory: surroundings.directory.clone(), ..Config::default() };
    let mut file = None;
    let mut text = Vec::new();
    let mut options = arguments;
    if let [first, rest @ ..] = arguments
        && !first.starts_with(b"-")
    {
        let path = absolute(&surroundings.directory, first);
        text = read_file(&path)
            .map_err(|source| ConfigError::Unreadable { path: path.clone(), source })?;
        file = Some(path.canonicalize().unwrap_or(path));
        options = rest;
    }
    let (reads_input, options) = match options {
        [first, rest @ ..] if first == b"-" => (true, rest),
        [rest @ .., last] if last == b"-" => (true, rest),
        _ => (false, options),
    };
    if reads_input {
        if !text.is_empty() {
            text.push(b'\n');
        }
        let mut input = (&mut *surroundings.input).take(FILE_BYTES_MAX);
        input
            .read_to_end(&mut text)
            .map_err(|source| ConfigError::Unreadable { path: "-".into(), source })?;
    }
    if !options.is_empty() {
        text.push(b'\n');
        text.extend(option_lines(options));
    }
    let is_command = surroundings.is_command;
    Reader { config: &mut config, is_command }.read(&text, 0)?;
    let notes = notes(&config);
    Ok(Loaded { config, file, notes })
}

/// The path from the root, in the form in which Redis shows it.
fn absolute(directory: &Path, path: &[u8]) -> PathBuf {
    let (mut folder, mut rest) = (directory, path);
    while let Some(after) = rest.strip_prefix(b"../") {
        (folder, rest) = (folder.parent().unwrap_or(folder), after);
    }
    folder.join(OsStr::from_bytes(rest))
}

/// The lines that the options of a command line stand for, as Redis builds them.
fn option_lines(options: &[Vec<u8>]) -> Vec<u8> {
    let mut lines = Vec::new();
    // An option's first value may begin with `--` too.
    let mut has_value = true;
    for (index, option) in options.iter().enumerate() {
        match option.strip_prefix(b"--") {
            Some(directive) if has_value => {
                if index > 0 {
                    lines.push(b'\n');
                }
                lines.extend(directive);
                lines.push(b' ');
                // `--directive value` may also come as one argument.
                has_value = split_words(directive).is_some_and(|words| words.len() > 1);
                let next = options.get(index + 1);
                // `--save` alone means no snapshots: an option after it is no value.
                if directive.eq_ignore_ascii_case(b"save")
                    && next.is_none_or(|next| next.starts_with(b"--"))
                {
                    lines.extend(b"\"\"");
                    has_value = true;
                }
            }
            _ => {
                append_quoted(&mut lines, option);
                lines.push(b' ');
                has_value = true;
            }
        }
    }
    lines
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    std::fs::File::open(path)?.take(FILE_BYTES_MAX).read_to_end(&mut text)?;
    Ok(text)
}

/// Reads lines into a configuration.
struct Reader<'a> {
    config: &'a mut Config,
    is_command: &'a dyn Fn(&str) -> bool,
}

/// Why a line was not read.
enum Refusal {
    Reason(Reason),
    /// An included file failed, and its error says all.
    Included(ConfigError),
}

impl<T: Into<Reason>> From<T> for Refusal {
    fn from(reason: T) -> Self {
        Self::Reason(reason.into())
    }
}

impl Reader<'_> {
    fn read(&mut self, text: &[u8], depth: usize) -> Result<(), ConfigError> {
        for (index, line) in text.split(|&byte| byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if matches!(line, [] | [b'#', ..]) {
                continue;
            }
            self.line(line, depth).map_err(|refusal| match refusal {
                Refusal::Included(error) => error,
                Refusal::Reason(reason) => {
                    ConfigError::Line { number: index + 1, line: line.to_vec(), reason }
                }
            })?;
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8], depth: usize) -> Result<(), Refusal> {
        let words = split_words(line).ok_or("Unbalanced quotes in configuration line")?;
        let [name, values @ ..] = words.as_slice() else { return Ok(()) };
        if let Some(parameter) = table::find(name) {
            // Redis takes some directives without a value when they mean a list; so does the table.
            return Ok(parameter.assign(self.config, values, Origin::File)?);
        }
        match (name.to_ascii_lowercase().as_slice(), values) {
            (b"include", [path]) => self.include(path, depth),
            (b"rename-command", [name, new_name]) => Ok(self.rename(name, new_name)?),
            (b"user", [_, ..]) => {
                self.config.users.push(values.to_vec());
                Ok(())
            }
            (b"loadmodule", [_, ..]) => {
                self.config.modules.push(values.to_vec());
                Ok(())
            }
            // Redis still accepts these and does nothing about them.
            (
                b"list-max-ziplist-entries" | b"list-max-ziplist-value" | b"lua-replicate-commands",
                [_],
            ) => Ok(()),
            _ => Err("Bad directive or wrong number of arguments".into()),
        }
    }

    /// Reads the files that a path names, which may hold `*`, `?` and `[…]`.
    fn include(&mut self, path: &[u8], depth: usize) -> Result<(), Refusal> {
        if depth == INCLUDE_DEPTH_MAX {
            return Err("Too many nested include directives".into());
        }
        let given = PathBuf::from(OsStr::from_bytes(path));
        let absolute = self.config.directory.join(&given);
        let is_pattern = path.iter().any(|byte| b"*?[".contains(byte));
        let unreadable =
            |source| Refusal::Included(ConfigError::Unreadable { path: given.clone(), source });
        let files = if is_pattern {
            super::include::expand(&absolute).map_err(unreadable)?
        } else {
            vec![absolute]
        };
        for file in files {
            let text = read_file(&file).map_err(unreadable)?;
            self.read(&text, depth + 1).map_err(Refusal::Included)?;
        }
        Ok(())
    }

    fn rename(&mut self, name: &[u8], new_name: &[u8]) -> Result<(), Reason> {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let renamed = &self.config.renamed_commands;
        let exists = |wanted: &[u8]| {
            let is_taken = |rename: &RenamedCommand| rename.new_name.eq_ignore_ascii_case(wanted);
            let is_left = |wanted: &str| {
                (self.is_command)(wanted) && !renamed.iter().any(|rename| rename.name == wanted)
            };
            renamed.iter().any(is_taken)
                || is_left(&String::from_utf8_lossy(wanted).to_ascii_lowercase())
        };
        if !exists(name.as_bytes()) {
            return Err("No such command in rename-command".into());
        }
        if !new_name.is_empty() && exists(new_name) {
            return Err("Target command name already exists".into());
        }
        self.config.renamed_commands.push(RenamedCommand { name, new_name: new_name.to_vec() });
        Ok(())
    }
}

/// One line for each directive that asks for something that does not exist yet.
fn notes(config: &Config) -> Vec<String> {
    let mut notes = parameters_without_effect(config, |_| true);
    let lines = [("user", &config.users), ("loadmodule", &config.modules)];
    for (directive, lines) in lines {
        notes.extend(lines.iter().filter_map(|words| words.first()).map(|first| {
            format!("'{directive} {}' has no effect yet", String::from_utf8_lossy(first))
        }));
    }
    notes
}

/// One line for each of some parameters that asks for something that does not exist yet.
pub fn parameters_without_effect(config: &Config, which: impl Fn(&str) -> bool) -> Vec<String> {
    let default = Config::default();
    table::parameters()
        .filter(|parameter| parameter.effect == Effect::NotYet && which(parameter.name))
        .filter(|parameter| asks_for_something(parameter, config, &default))
        .map(|parameter| {
            if parameter.is_sensitive {
                return format!("'{}' has no effect yet", parameter.name);
            }
            let value = String::from_utf8_lossy(&parameter.show(config)).into_owned();
            format!("'{} {value}' has no effect yet", parameter.name)
        })
        .collect()
}

/// Whether a parameter without effect has a value other than its default or one that turns the
/// feature off.
fn asks_for_something(parameter: &Parameter, config: &Config, default: &Config) -> bool {
    let value = parameter.show(config);
    let is_off = match parameter.kind {
        Kind::Bool { .. } => value == b"no",
        Kind::Integer { .. } | Kind::Memory { .. } | Kind::MemoryOrPercent { .. } => value == b"0",
        _ => value.is_empty(),
    };
    !is_off && value != parameter.show(default)
}
