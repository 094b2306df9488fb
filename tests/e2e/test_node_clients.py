"""node-redis, ioredis and Socket.IO: the test files in `node/`, in both protocol versions."""

import pytest

from harness import TESTS, Program, tool


@pytest.mark.parametrize("name", ["node-redis", "ioredis", "socket.io"])
def test_client(own_server, protocol, name):
    server = own_server()
    environment = {"FANFARE_URL": server.url, "PROTOCOL": str(protocol)}
    script = TESTS / "node" / f"{name}.test.js"
    options = ["--test", "--test-reporter=spec", "--test-timeout=60000"]
    program = Program([tool("node"), *options, script], env=environment, cwd=TESTS)
    try:
        status = program.process.wait(110)
    finally:
        program.end()
    assert status == 0, program.output()
    assert "ℹ fail 0" in program.lines
    assert "ℹ pass 0" not in program.lines
