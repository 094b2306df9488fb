//! What `--help` prints.

/// The text, with the end of its last line.
pub const USAGE: &str = "\
Usage: fanfare-server [FILE | -] [--DIRECTIVE VALUE ...]
       fanfare-server -v | --version
       fanfare-server -h | --help

Starts the server. FILE is a redis.conf; a single dash reads it from standard input.
Directives on the command line count as further lines of the file and win over it.

Examples:
  fanfare-server
      port 6379 of this machine's loopback addresses, defaults for all else
  fanfare-server /etc/fanfare/fanfare.conf
  fanfare-server --port 7777 --loglevel verbose
  fanfare-server /etc/redis/redis.conf --requirepass secret
  echo 'maxclients 100' | fanfare-server -
";
