"""Debian's `redis.conf` and `redis-benchmark`, unchanged."""

import re
import subprocess
from pathlib import Path

import pytest

from harness import PATIENCE_SECONDS, server_binary, tool

STOCK_CONFIG = Path("/etc/redis/redis.conf")


@pytest.fixture
def with_stock_config(own_server, tmp_path):
    """Starts a server with Debian's file; only paths outside the test are overridden."""

    def start(*options):
        assert STOCK_CONFIG.exists(), "install the package `redis-server` (see CONTRIBUTING.md)"
        paths = ["--pidfile", tmp_path / "server.pid", "--logfile", ""]
        return own_server(*paths, "--daemonize", "no", *options, config=STOCK_CONFIG)

    return start


def test_debians_configuration_starts_the_server(with_stock_config):
    server = with_stock_config()
    with server.client() as client:
        assert client.ping()
        settings = client.config_get("bind", "protected-mode", "tcp-keepalive", "databases", "hz")
        assert settings == {
            "bind": "127.0.0.1 -::1",
            "protected-mode": "yes",
            "tcp-keepalive": "300",
            "databases": "16",
            "hz": "10",
        }
        assert client.config_get("client-output-buffer-limit")["client-output-buffer-limit"] == (
            "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"
        )
        assert client.info("server")["config_file"] == str(STOCK_CONFIG)


def test_the_guides_changes_to_the_configuration(own_server, tmp_path):
    config = tmp_path / "redis.conf"
    config.write_text(
        "supervised systemd\n"
        "# Bind to localhost only\n"
        "bind 127.0.0.1\n"
        "requirepass your_secure_password_here\n"
        "maxmemory 256mb\n"
        "maxmemory-policy allkeys-lru\n"
        'rename-command FLUSHDB ""\n'
        'rename-command DEBUG ""\n'
        "rename-command LOLWUT ART\n"
    )
    server = own_server(config=config)
    with server.client(password="your_secure_password_here") as client:
        assert client.config_get("maxmemory*")["maxmemory"] == "268435456"
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "allkeys-lru"}
        assert client.config_get("supervised") == {"supervised": "systemd"}
        with pytest.raises(Exception, match="unknown command 'debug', with args beginning with: "):
            client.execute_command("debug", "sleep", "0")
        with pytest.raises(Exception, match="unknown command 'LOLWUT'"):
            client.execute_command("LOLWUT")
        assert client.execute_command("ART VERSION 5")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("timeout 1 2", "wrong number of arguments"),
        ("port many", "argument couldn't be parsed into an integer"),
        ("protected-mode perhaps", "argument must be 'yes' or 'no'"),
        ('bind "127.0.0.1', "Unbalanced quotes in configuration line"),
        ("dir /no/such/directory", "No such file or directory"),
    ],
)
def test_a_wrong_line_is_quoted_and_the_server_does_not_start(run, tmp_path, line, message):
    config = tmp_path / "redis.conf"
    config.write_text(f"# A comment\n{line}\n")
    server = run(server_binary(), config)
    assert server.wait() == 1
    text = server.output()
    assert re.search(r"\*\*\* FATAL CONFIG FILE ERROR \(.*\) \*\*\*", text)
    assert "Reading the configuration file, at line 2" in text
    assert f">>> '{line}'" in text
    assert message in text


def test_an_unknown_directive_ends_the_start(run, tmp_path):
    config = tmp_path / "redis.conf"
    config.write_text("no-such-directive yes\n")
    server = run(server_binary(), config)
    assert server.wait() == 1
    # Redis 8.2 takes it for a setting of a module that is not there.
    words = r"Bad directive or wrong number of arguments|Module Configuration detected"
    assert re.search(words, server.output())


def test_the_version_line(run):
    server = run(server_binary(), "--version")
    assert server.wait() == 0
    assert re.fullmatch(
        r"(Redis|Fanfare) server v=\d+\.\d+\.\d+ sha=[0-9a-f]{8}:[01] malloc=\S+ bits=64 "
        r"build=[0-9a-f]+",
        server.output(),
    )


def benchmark(server, *arguments) -> str:
    """Runs redis-benchmark to its end."""
    return subprocess.run(
        [tool("redis-benchmark"), "-p", str(server.port), *arguments],
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    ).stdout


def test_redis_benchmark_pings(server):
    shown = benchmark(server, "-t", "ping_inline,ping_mbulk", "-n", "5000", "-c", "10", "--csv")
    names, inline, multi_bulk = shown.splitlines()
    assert names.startswith('"test","rps"')
    assert inline.startswith('"PING_INLINE","')
    assert multi_bulk.startswith('"PING_MBULK","')
    assert float(inline.split(",")[1].strip('"')) > 0


def test_redis_benchmark_publishes_in_pipelines(server):
    with server.client() as client:
        client.config_resetstat()
        shown = benchmark(
            server, "-n", "10000", "-P", "16", "-c", "5", "-q", "publish", "channel", "message"
        )
        assert re.search(r"publish channel message: [\d.]+ requests per second", shown)
        calls = client.info("commandstats")["cmdstat_publish"]["calls"]
        # The last pipelines may pass the number asked for.
        assert 10_000 <= calls < 10_000 + 5 * 16


def test_redis_benchmark_uses_threads_and_resp3(server):
    arguments = ["--threads", "2", "-3", "-n", "4000", "-c", "8", "-q", "ping"]
    assert "requests per second" in benchmark(server, *arguments)


def test_redis_benchmark_publishes_to_random_channels(server):
    with server.client() as client, client.pubsub() as pubsub:
        pubsub.psubscribe("random:*")
        pubsub.get_message(timeout=PATIENCE_SECONDS)
        benchmark(
            server, "-n", "500", "-r", "100", "-c", "5", "-q", "publish", "random:__rand_int__", "x"
        )
        channels = {pubsub.get_message(timeout=PATIENCE_SECONDS)["channel"] for _ in range(500)}
    assert all(re.fullmatch(rb"random:\d{12}", channel) for channel in channels)
    assert 2 < len(channels) <= 100
