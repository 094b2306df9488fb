"""Runs servers and programs for the tests and waits for what they print."""

import fcntl
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

REPOSITORY = Path(__file__).resolve().parents[2]
TESTS = Path(__file__).resolve().parent
# How long anything may take that should happen at once. Never a measure of speed.
PATIENCE_SECONDS = 120
START_ATTEMPTS = 5
# Ports are looked for from here on.
PORT_MIN = 15_000
PORT_LOOKS_MAX = 1000


def binary(variable: str, name: str) -> str:
    """The path of one of our programs: from the environment, else from the newest build."""
    if path := os.environ.get(variable):
        return path
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    builds = [target / profile / name for profile in ("release", "debug")]
    found = [build for build in builds if build.exists()]
    if not found:
        raise RuntimeError(f"no {name} in {target}; build it or set {variable}")
    return str(max(found, key=lambda build: build.stat().st_mtime))


def server_binary() -> str:
    """The server under test. `SERVER_BINARY` puts another server in its place."""
    return os.environ.get("SERVER_BINARY") or binary("FANFARE_SERVER", "fanfare-server")


def tool(name: str) -> str:
    """The path of a program that the system provides."""
    path = shutil.which(name)
    assert path, f"`{name}` is missing: install the packages that CONTRIBUTING.md names"
    return path


def server_ports() -> range:
    """Ports that the kernel gives to no connection.

    A connection of any process could take another port while a test has stopped its server, and a
    client that tries to connect meanwhile could reach itself.
    """
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    below, above = range(PORT_MIN, first), range(last + 1, 65_536)
    return max(below, above, key=len) or range(PORT_MIN, 65_536)


PORT_LOCKS = []


def free_port() -> int:
    """A port that nobody listens on at this moment, and that no test has (see `ports.rs`)."""
    folder = Path(tempfile.gettempdir()) / f"fanfare-test-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for _ in range(PORT_LOOKS_MAX):
        port = random.choice(server_ports())
        lock = (folder / str(port)).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as listener:
                listener.bind(("127.0.0.1", port))
        except OSError:
            lock.close()
        else:
            PORT_LOCKS.append(lock)
            return port
    raise RuntimeError("every port that was tried is taken")


def eventually(condition, what: str):
    """Asks until the answer is true. For states of the server that nothing announces."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"never happened: {what}"
        threading.Event().wait(0.01)
    return answer


class Program:
    """A running program whose output, line by line, can be waited for."""

    def __init__(self, arguments, *, env=None, cwd=None):
        self.arguments = [str(argument) for argument in arguments]
        self.lines: list[str] = []
        self._seen = 0
        self._ended = False
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            self.arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=cwd,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def output(self) -> str:
        """Everything printed so far."""
        return "\n".join(self.lines)

    def expect(self, pattern: str) -> re.Match:
        """Waits for the next line that the pattern matches; lines before it count as seen."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        with self._news:
            while True:
                while self._seen < len(self.lines):
                    self._seen += 1
                    if match := re.search(pattern, self.lines[self._seen - 1]):
                        return match
                left = deadline - time.monotonic()
                if self._ended or not self._news.wait(left):
                    why = "ended" if self._ended else "is silent"
                    raise AssertionError(
                        f"{self.arguments} {why}; no line matches {pattern!r} in:\n{self.output()}"
                    )

    def interrupt(self):
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def wait(self) -> int:
        """Waits for the end and returns the exit status."""
        status = self.process.wait(PATIENCE_SECONDS)
        self._reader.join(PATIENCE_SECONDS)
        return status

    def end(self):
        """Ends the program whatever it is doing."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE_SECONDS)
        self.process.stdout.close()


class Server:
    """A server in its own directory, on a port of its own that it keeps when started again."""

    def __init__(self, directory: Path, *options, config: Path | None = None):
        self.directory = directory
        self.options = [str(option) for option in options]
        self.config = config
        self.port = 0
        self.program: Program | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self):
        """Starts and returns when clients can connect."""
        for attempt in range(START_ATTEMPTS):
            port = self.port or free_port()
            self.program = Program(self._command(port), cwd=self.directory)
            try:
                self.program.expect("Ready to accept connections")
            except AssertionError:
                self.program.end()
                # Another process may have taken the port between our look and the start.
                taken = "in use" in self.program.output()
                if self.port or not taken or attempt + 1 == START_ATTEMPTS:
                    raise
            else:
                self.port = port
                return

    def _command(self, port: int) -> list[str]:
        files = [str(self.config)] if self.config else []
        fixed = ["--port", str(port), "--save", "", "--dir", str(self.directory)]
        return [server_binary(), *files, *fixed, *self.options]

    def terminate(self) -> int:
        """SIGTERM; returns the exit status."""
        self.program.process.terminate()
        return self.program.wait()

    def kill(self):
        """kill -9: connections end without a word."""
        self.program.end()

    def end_clients(self):
        """Ends all clients, and returns when the server has noticed.

        It notices at a time of its own that a client has gone; until then it counts and lists it,
        and its subscriptions receive.
        """
        with (
            socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS) as connection,
            connection.makefile("rb") as replies,
        ):

            def is_alone():
                connection.sendall(b"CLIENT KILL SKIPME yes\r\nCLIENT LIST\r\n")
                assert replies.readline().startswith(b":")
                length = int(replies.readline()[1:])
                return len(replies.read(length + 2).splitlines()) == 2

            eventually(is_alone, "all clients but the asking one are gone")
            # It is gone, too, when the server has ended its side.
            connection.shutdown(socket.SHUT_WR)
            assert replies.read() == b""

    def client(self, **options) -> redis.Redis:
        """A redis-py client that reports failures at once instead of trying again."""
        options.setdefault("socket_timeout", PATIENCE_SECONDS)
        options.setdefault("retry", Retry(NoBackoff(), 0))
        return redis.Redis(port=self.port, **options)


def next_message(pubsub) -> tuple:
    """The next message of a redis-py subscriber as (type, pattern, channel, data)."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (message := pubsub.get_message(timeout=PATIENCE_SECONDS)) is None:
        assert time.monotonic() < deadline, "no message came"
    return message["type"], message["pattern"], message["channel"], message["data"]


def subscribed(pubsub, *, channels=(), patterns=(), shard_channels=()):
    """Subscribes and waits for all confirmations."""
    for names, subscribe in (
        (channels, pubsub.subscribe),
        (patterns, pubsub.psubscribe),
        (shard_channels, pubsub.ssubscribe),
    ):
        if names:
            subscribe(*names)
            for _ in names:
                assert next_message(pubsub)[0].endswith("subscribe")
    return pubsub
