"""Every program in `examples/` does what its first lines say."""

import json
import shutil
import signal
import subprocess
import sys

import pytest

from harness import REPOSITORY, TESTS, tool

PYTHON = REPOSITORY / "examples" / "python"
NODE = REPOSITORY / "examples" / "node"


@pytest.fixture
def python(run, server):
    """Starts a Python example."""
    return lambda name, *arguments: run(
        sys.executable, PYTHON / name, *arguments, env={"FANFARE_URL": server.url}
    )


@pytest.fixture(scope="module")
def node_folder(tmp_path_factory):
    """The Node examples beside the packages that the tests have installed."""
    folder = tmp_path_factory.mktemp("node")
    for example in [*NODE.glob("*.js"), NODE / "package.json"]:
        shutil.copy(example, folder)
    (folder / "node_modules").symlink_to(TESTS / "node_modules")
    return folder


@pytest.fixture
def node(run, server, node_folder):
    """Starts a Node example."""
    return lambda name, *arguments: run(
        tool("node"), node_folder / name, *arguments, env={"FANFARE_URL": server.url}
    )


@pytest.fixture(scope="module")
def rust_programs():
    """Builds the Rust examples; their paths by name."""
    build = subprocess.run(
        ["cargo", "build", "-p", "fanfare-examples", "--message-format=json"],
        cwd=REPOSITORY,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    artifacts = [json.loads(line) for line in build.stdout.splitlines()]
    return {a["target"]["name"]: a["executable"] for a in artifacts if a.get("executable")}


@pytest.fixture
def rust(run, server, rust_programs):
    """Starts a Rust example."""
    return lambda name, *arguments: run(
        rust_programs[name], *arguments, env={"FANFARE_URL": server.url}
    )


def test_python_publisher_and_subscriber(python):
    subscriber = python("subscriber.py")
    subscriber.expect("^subscribe: news$")
    subscriber.expect(r"^psubscribe: alerts:\*$")
    publisher = python("publisher.py", "news", "Hello", "Hello again")
    publisher.expect(r"^news: 'Hello' reached 1 subscriber\(s\)$")
    publisher.expect(r"^news: 'Hello again' reached 1 subscriber\(s\)$")
    assert publisher.wait() == 0
    assert python("publisher.py", "alerts:disk", "80 % full").wait() == 0
    subscriber.expect("^news: Hello$")
    subscriber.expect("^news: Hello again$")
    subscriber.expect(r"^alerts:disk \(matches alerts:\*\): 80 % full$")
    subscriber.interrupt()
    assert subscriber.wait() == 0


def test_python_publisher_explains_its_arguments(python):
    publisher = python("publisher.py", "news")
    publisher.expect("^usage: publisher.py CHANNEL MESSAGE...$")
    assert publisher.wait() == 1


def test_python_asyncio_subscriber(python):
    subscriber = python("subscriber_asyncio.py", "news", "alerts:*")
    subscriber.expect("^subscribe news: 1$")
    subscriber.expect(r"^psubscribe alerts:\*: 2$")
    assert python("publisher.py", "alerts:cpu", "hot").wait() == 0
    subscriber.expect("^pmessage alerts:cpu: hot$")
    assert python("publisher.py", "news", "stop").wait() == 0
    subscriber.expect("^message news: stop$")
    assert subscriber.wait() == 0


def test_python_pipelined_publisher(python, server):
    publisher = python("publisher_pipelined.py", "ticks", 1234)
    publisher.expect(r"^1234 messages, 0 deliveries in \d+\.\d\d s$")
    assert publisher.wait() == 0
    subscriber = python("subscriber_asyncio.py", "ticks")
    subscriber.expect("^subscribe ticks: 1$")
    publisher = python("publisher_pipelined.py", "ticks", 1234)
    publisher.expect(r"^1234 messages, 1234 deliveries in \d+\.\d\d s$")
    for number in (0, 500, 1233):
        subscriber.expect(f"^message ticks: tick {number}$")


def test_python_subscriber_survives_a_restart(own_server, run):
    server = own_server()
    environment = {"FANFARE_URL": server.url}
    script = PYTHON / "subscriber_reconnecting.py"
    subscriber = run(sys.executable, script, "news", "alerts", env=environment)
    subscriber.expect("^subscribed to news$")
    subscriber.expect("^subscribed to alerts$")
    server.kill()
    server.start()
    subscriber.expect("^subscribed to ")
    subscriber.expect("^subscribed to ")
    with server.client() as client:
        assert client.publish("news", "after the restart") == 1
    subscriber.expect("^news: after the restart$")


def test_python_subscriber_leaves_a_silent_server(own_server, run):
    server = own_server()
    environment = {"FANFARE_URL": server.url, "SILENCE_SECONDS_MAX": "0.5"}
    script = PYTHON / "subscriber_reconnecting.py"
    subscriber = run(sys.executable, script, env=environment)
    subscriber.expect("^subscribed to news$")
    server.program.process.send_signal(signal.SIGSTOP)
    subscriber.expect("^connecting again: ")
    server.program.process.send_signal(signal.SIGCONT)
    subscriber.expect("^subscribed to news$")


def test_python_monitor(python, server):
    subscriber = python("subscriber.py")
    subscriber.expect("^psubscribe: ")
    monitor = python("monitor.py", 0)
    assert monitor.wait() == 0
    assert monitor.lines[:4] == [
        "channels: 1",
        "  news: 1 subscriber(s)",
        "patterns: 1",
        "subscribed clients: 1",
    ]
    monitor.expect(r"127.0.0.1:\d+ \(no name\): 1 channel\(s\), 1 pattern\(s\), 0 bytes waiting$")
    monitor.expect(r"^memory: [\d.]+[KMG], peak [\d.]+[KMG]$")


def test_node_publisher_and_subscriber(node):
    subscriber = node("subscriber.js")
    subscriber.expect(r"^listening to news and alerts:\*$")
    publisher = node("publisher.js", "news", "Hello", "Hello again")
    publisher.expect(r"^news: 'Hello' reached 1 subscriber\(s\)$")
    publisher.expect(r"^news: 'Hello again' reached 1 subscriber\(s\)$")
    assert publisher.wait() == 0
    assert node("publisher.js", "alerts:disk", "80 % full").wait() == 0
    subscriber.expect("^news: Hello$")
    subscriber.expect("^news: Hello again$")
    subscriber.expect("^alerts:disk: 80 % full$")
    subscriber.interrupt()
    subscriber.expect("^unsubscribed$")
    assert subscriber.wait() == 0


def test_node_pipelined_publisher(node, server):
    publisher = node("publisher-pipelined.js", "ticks", 1234)
    publisher.expect(r"^1234 messages, 0 deliveries in \d+\.\d\d s$")
    assert publisher.wait() == 0


def test_node_subscriber_survives_a_restart(own_server, run, node_folder):
    server = own_server()
    script = node_folder / "subscriber-reconnecting.js"
    subscriber = run(tool("node"), script, "news", "alerts", env={"FANFARE_URL": server.url})
    subscriber.expect("^subscribed to news, alerts$")
    server.kill()
    subscriber.expect("^connection lost: ")
    server.start()
    subscriber.expect("^connected$")
    with server.client() as client:
        assert client.publish("alerts", "after the restart") == 1
    subscriber.expect("^alerts: after the restart$")
    subscriber.interrupt()
    assert subscriber.wait() == 0


def test_ioredis(node):
    example = node("ioredis.js")
    assert example.wait() == 0
    assert sorted(example.lines) == [
        "alerts:disk (matches alerts:*): alert 1",
        "alerts:disk (matches alerts:*): alert 2",
        "alerts:disk (matches alerts:*): alert 3",
        "news: Hello",
        "receivers: 1 1 1",
    ]


def test_rust_publisher_and_subscriber(rust):
    subscriber = rust("subscriber", "news", "alerts")
    subscriber.expect("^subscribed to news, alerts$")
    publisher = rust("publisher", "news", "Hello", "stop")
    publisher.expect(r'^news: "Hello" reached 1 subscriber\(s\)$')
    assert publisher.wait() == 0
    subscriber.expect("^news: Hello$")
    subscriber.expect("^news: stop$")
    assert subscriber.wait() == 0


def test_rust_pattern(rust):
    subscriber = rust("pattern", "alerts:*")
    subscriber.expect(r"^subscribed to alerts:\*$")
    assert rust("publisher", "alerts:disk", "full", "stop").wait() == 0
    subscriber.expect(r"^alerts:disk \(matches alerts:\*\): full$")
    assert subscriber.wait() == 0


def test_every_example_is_tested():
    tests = (TESTS / "test_examples.py").read_text()
    names = [path.name for path in [*PYTHON.glob("*.py"), *NODE.glob("*.js")]]
    names += [path.stem for path in (REPOSITORY / "examples/rust/src/bin").glob("*.rs")]
    assert len(names) >= 14
    assert [name for name in names if f'"{name}"' not in tests] == []
