"""node-redis, ioredis and Socket.IO: the test files in `node/`, in both protocol versions."""

from functools import partial

import pytest

from harness import PATIENCE_SECONDS, TESTS, Program, eventually, tool


CLIENTS = ["node-redis", "node-redis-streams", "ioredis", "socket.io", "socket.io-streams"]


@pytest.mark.parametrize("name", CLIENTS)
def test_client(own_server, protocol, name):
    server = own_server()
    environment = {"FANFARE_URL": server.url, "PROTOCOL": str(protocol)}
    script = TESTS / "node" / f"{name}.test.js"
    options = ["--test", "--test-reporter=spec", f"--test-timeout={PATIENCE_SECONDS * 1000}"]
    program = Program([tool("node"), *options, script], env=environment, cwd=TESTS)
    try:
        status = program.process.wait(4 * PATIENCE_SECONDS)
    finally:
        program.end()
    assert status == 0, program.output()
    assert "ℹ fail 0" in program.lines
    assert "ℹ pass 0" not in program.lines


def has_receivers(publish, channel, receivers):
    """Publishes, and tells whether that many heard it."""
    return publish(channel, "back") == receivers


@pytest.mark.parametrize("name", ["node-redis", "ioredis"])
def test_every_subscription_is_restored_after_a_restart(own_server, run, name):
    server = own_server()
    script = TESTS / "node" / "resubscribing.js"
    subscriber = run(tool("node"), script, name, env={"FANFARE_URL": server.url})
    subscriber.expect("^subscribed$")
    server.kill()
    subscriber.expect("^lost$")
    server.start()
    with server.client() as client:
        for channel, receivers in [("re:a", 2), ("re:b", 2), ("re:c", 1)]:
            reached = partial(has_receivers, client.publish, channel, receivers)
            eventually(reached, f"{channel} is heard again")
        eventually(partial(has_receivers, client.spublish, "re:s", 1), "re:s is heard again")
    subscriber.expect("^(message|pmessage) re:a back$")
    subscriber.expect("^pmessage re:c back$")
    subscriber.expect("^smessage re:s back$")
