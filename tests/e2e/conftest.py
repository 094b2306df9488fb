"""Fixtures: a server per test module, clients in both protocol versions, programs."""

import signal

import pytest

from harness import Program, Server

# A shell that runs this in the background has it ignore SIGINT; programs that are started here
# would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def module_server(tmp_path_factory):
    """One server with default settings, shared by the tests of a module."""
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.kill()


@pytest.fixture
def server(module_server):
    """The server of the module, without the clients of the last test."""
    module_server.end_clients()
    return module_server


@pytest.fixture
def own_server(tmp_path):
    """Starts servers that belong to one test: `own_server("--maxclients", 10)`."""
    servers = []

    def start(*options, config=None):
        directory = tmp_path / f"server-{len(servers)}"
        directory.mkdir()
        servers.append(Server(directory, *options, config=config))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(params=[2, 3], ids=["RESP2", "RESP3"])
def protocol(request):
    """Both protocol versions."""
    return request.param


@pytest.fixture
def client(server, protocol):
    """A redis-py client."""
    with server.client(protocol=protocol) as client:
        yield client


@pytest.fixture
def run():
    """Runs programs that end with the test: `run("node", "script.js", env={...})`."""
    programs = []

    def start(*arguments, env=None, cwd=None):
        programs.append(Program(arguments, env=env, cwd=cwd))
        return programs[-1]

    yield start
    for program in programs:
        program.end()
