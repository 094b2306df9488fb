"""Runs `redis-cli`, ours or the stock one, in a pipe and on a terminal."""

import os
import re
import subprocess

import pexpect

from harness import PATIENCE_SECONDS, binary, tool

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("REDISCLI_")},
    "REDISCLI_HISTFILE": "/dev/null",
    # No line editing: what is typed and what is shown stay apart.
    "TERM": "dumb",
}
PROMPT = re.compile(r"(?:127\.0\.0\.1:\d+(\[\d+\])?(?:\(TX\))?|not connected)> ")
READING = r"(?:\x1b\[[\d;]*m)?Reading messages\.\.\. \(press Ctrl-C to quit[^)]*\)"
# After it, older clients end the line; newer ones clear it when something is to be shown.
READING_END = r"\r(?:\n|(?:\x1b\[0m)?\x1b\[K)"
COLOR = re.compile(r"\x1b\[\d*m")
TIMING = re.compile(r"^\(\d+\.\d\ds\)\n", re.MULTILINE)


def path(name: str) -> str:
    """The program behind a CLI's name."""
    return binary("FANFARE_CLI", "fanfare-cli") if name == "fanfare-cli" else tool(name)


def pipe(program, server, *arguments, typed="", env=None) -> subprocess.CompletedProcess:
    """Runs a CLI that is not on a terminal, to its end."""
    return subprocess.run(
        [path(program), "-p", str(server.port), *arguments],
        input=typed,
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, **(env or {})},
        timeout=PATIENCE_SECONDS,
    )


class Terminal:
    """A CLI on a terminal of its own."""

    def __init__(self, program, server, *arguments, env=None):
        self.child = pexpect.spawn(
            path(program),
            ["-p", str(server.port), *arguments],
            env={**ENVIRONMENT, **(env or {})},
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
            echo=False,
            dimensions=(50, 1000),
        )

    def type(self, line: str):
        """Types a line once the prompt is there."""
        self.child.expect(PROMPT)
        self.child.sendline(line)

    def run(self, line: str) -> str:
        """Types a command and returns what is printed before the next prompt."""
        self.type(line)
        self.child.expect(PROMPT)
        shown = COLOR.sub("", re.sub("\r+\n", "\n", self.child.before))
        # The prompt must be found again by what is typed next.
        self.child.buffer = self.child.after + self.child.buffer
        return TIMING.sub("", shown)

    def shows(self, text: str):
        """Waits for exactly this text, next, but for word that messages are read."""
        self.child.expect(
            f"(?:(?:{READING})?{READING_END})*" + re.escape(text.replace("\n", "\r\n"))
        )
        assert self.child.before == "", f"{self.child.before!r} before {text!r}"

    def shows_match(self, pattern: str) -> re.Match:
        """Waits for text that a pattern matches; whatever stands before is passed over."""
        self.child.expect(pattern)
        return self.child.match

    def starts_reading(self):
        """Waits for the words that open the subscribe screen."""
        self.child.expect(READING)

    def interrupt(self):
        """Ctrl-C."""
        self.child.sendintr()

    def close(self):
        """Ends the program."""
        self.child.close(force=True)
