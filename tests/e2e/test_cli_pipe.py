"""`redis-cli` and `fanfare-cli` in a pipe: what scripts see."""

import json
import re

import pytest

from cli import Terminal, pipe
from harness import eventually, subscribed


@pytest.fixture(params=["redis-cli", "fanfare-cli"])
def program(request):
    """Both command-line clients."""
    return request.param


@pytest.fixture
def cli(program, server):
    """Runs a CLI in a pipe: output as text."""
    return lambda *arguments, **options: pipe(program, server, *arguments, **options).stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["ping"], "PONG\n"),
        (["PING", "hello world"], "hello world\n"),
        (["publish", "nobody", "x"], "0\n"),
        (["--no-raw", "publish", "nobody", "x"], "(integer) 0\n"),
        (["pubsub", "channels", "none*"], "\n"),
        (["--no-raw", "pubsub", "channels", "none*"], "(empty array)\n"),
        (["pubsub", "numsub", "a", "b"], "a\n0\nb\n0\n"),
        (
            ["--no-raw", "pubsub", "numsub", "a", "b"],
            '1) "a"\n2) (integer) 0\n3) "b"\n4) (integer) 0\n',
        ),
        (["--csv", "pubsub", "numsub", "a", "b"], '"a",0,"b",0\n'),
        (["--json", "pubsub", "numsub", "a", "b"], '["a",0,"b",0]\n'),
        (["-d", "|", "pubsub", "numsub", "a", "b"], "a|0|b|0\n"),
        (["-D", "|", "pubsub", "numpat"], "0|"),
        (["-r", "3", "ping"], "PONG\nPONG\nPONG\n"),
        (["-r", "2", "-i", "0.01", "echo", "x"], "x\nx\n"),
        (["--quoted-input", "echo", r'"\x41\n"'], "A\n\n"),
        (["-3", "config", "get", "maxclients"], "maxclients 10000\n"),
        (["config", "get", "maxclients"], "maxclients\n10000\n"),
        (["--no-raw", "-3", "config", "get", "maxclients"], '1# "maxclients" => "10000"\n'),
        (["--json", "config", "get", "maxclients"], '{"maxclients":"10000"}\n'),
        (["--no-raw", "client", "getname"], "(nil)\n"),
        (["client", "getname"], "\n"),
        (["-3", "client", "getname"], "\n"),
        (["--json", "client", "getname"], "null\n"),
        (["--no-raw", "echo", '"\t\x01é'], '"\\"\\t\\x01\\xc3\\xa9"\n'),
        (["acl", "whoami"], "default\n"),
        (["--no-raw", "role"], '1) "master"\n2) (integer) 0\n3) (empty array)\n'),
    ],
)
def test_output_of_a_command(cli, arguments, expected):
    assert cli(*arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["publish", "one"], "ERR wrong number of arguments for 'publish' command\n"),
        (
            ["nosuch", "a", "b"],
            "ERR unknown command 'nosuch', with args beginning with: 'a' 'b' \n",
        ),
        (
            ["client", "nosuch"],
            "ERR unknown subcommand 'nosuch'. Try CLIENT HELP.\n",
        ),
        (
            ["auth", "x"],
            "ERR AUTH <password> called without any password configured for the default user. "
            "Are you sure your configuration is correct?\n",
        ),
        (["hello", "4"], "NOPROTO unsupported protocol version\n"),
        (["select", "16"], "ERR DB index is out of range\n"),
        (["config", "set", "port"], "ERR wrong number of arguments for 'config|set' command\n"),
    ],
)
def test_errors(program, server, arguments, expected):
    assert pipe(program, server, *arguments).stdout.rstrip("\n") == expected.rstrip("\n")
    result = pipe(program, server, "-e", *arguments)
    assert result.returncode == 1
    assert result.stderr.rstrip("\n") == expected.rstrip("\n")


def test_commands_from_standard_input(cli):
    assert cli(typed='ping\n\necho "two words"\npublish a b\nnosuch\n').splitlines()[:3] == [
        "PONG",
        "two words",
        "0",
    ]
    assert cli("-x", "echo", typed="last argument\n") == "last argument\n\n"
    assert cli("-X", "tag", "echo", "tag", typed="a part") == "a part\n"


def test_an_error_among_several_commands_is_one_of_their_replies(program, server):
    typed = "nosuch\n2 get\nping\n"
    plain = pipe(program, server, typed=typed)
    assert plain.stdout.count("ERR wrong number of arguments for 'get' command\n") == 2
    assert plain.stdout.endswith("PONG\n")
    assert (plain.returncode, plain.stderr) == (0, "")
    # `-e` is for a single command.
    failing = pipe(program, server, "-e", typed=typed)
    assert (failing.stdout, failing.returncode, failing.stderr) == (plain.stdout, 0, "")


@pytest.mark.parametrize(
    ("given", "asked"),
    [("16", "16"), ("-1", "-1"), ("99999999999", "1215752191"), ("9" * 20, "-1")],
)
def test_a_database_that_is_not_there_is_told(program, server, given, asked):
    result = pipe(program, server, "-n", given, "client", "info")
    assert result.stderr == f"SELECT {asked} failed: ERR DB index is out of range\n"
    assert "db=0" in result.stdout
    assert result.returncode == 0


def test_how_to_connect(cli, server, own_server, program, tmp_path):
    assert "db=3" in cli("-n", "3", "client", "info")
    assert "db=2" in cli("-u", f"redis://127.0.0.1:{server.port}/2", "client", "info")
    path = tmp_path / "cli.sock"
    local = own_server("--unixsocket", path)
    assert pipe(program, local, "-s", str(path), "ping").stdout == "PONG\n"


def test_a_password(program, own_server):
    server = own_server("--requirepass", "s3cret")
    assert pipe(program, server, "ping").stdout.startswith("NOAUTH Authentication required.\n")
    with_password = pipe(program, server, "-a", "s3cret", "ping")
    assert with_password.stdout == "PONG\n"
    assert with_password.stderr.startswith("Warning: Using a password with '-a'")
    quiet = pipe(program, server, "-a", "s3cret", "--no-auth-warning", "ping")
    assert (quiet.stdout, quiet.stderr) == ("PONG\n", "")
    user = pipe(program, server, "--user", "default", "--pass", "s3cret", "acl", "whoami")
    assert user.stdout == "default\n"
    from_environment = pipe(program, server, "ping", env={"REDISCLI_AUTH": "s3cret"})
    assert (from_environment.stdout, from_environment.stderr) == ("PONG\n", "")
    wrong = pipe(program, server, "-a", "wrong", "ping")
    assert "AUTH failed: WRONGPASS invalid username-password pair or user is disabled." in (
        wrong.stdout + wrong.stderr
    )


def test_a_database_is_selected_once_the_password_is_known(program, own_server):
    server = own_server("--requirepass", "s3cret")
    typed = "auth s3cret\nset where 2\n"
    assert pipe(program, server, "-n", "2", typed=typed).stdout.splitlines()[-2:] == ["OK", "OK"]
    in_database = ["-a", "s3cret", "--no-auth-warning", "-n", "2", "get", "where"]
    assert pipe(program, server, *in_database).stdout == "2\n"


def test_no_server_there(program, server):
    result = pipe(program, server, "-h", "127.0.0.1", "-p", "1", "ping")
    assert result.returncode == 1
    assert result.stderr == "Could not connect to Redis at 127.0.0.1:1: Connection refused\n"


def test_info_and_client_list_as_text(cli, server):
    info = cli("info", "server", "clients")
    assert info.splitlines()[0] == "# Server"
    assert re.search(r"^tcp_port:%d$" % server.port, info, re.MULTILINE)
    assert "# Clients" in info
    with server.client() as client, client.pubsub() as pubsub:
        subscribed(pubsub, channels=["a", "b", "c"], patterns=["p*", "q*"])
        (line,) = [line for line in cli("client", "list").splitlines() if "flags=P" in line]
        assert " sub=3 psub=2 ssub=0 " in line
    described = json.loads(cli("--json", "hello", "3"))
    assert described["proto"] == 3


@pytest.mark.parametrize("form", [[], ["-3"], ["--no-raw"], ["--csv"], ["--json"], ["-D", "|"]])
def test_text_is_printed_as_it_is_in_every_format(cli, form):
    for command in (["info", "cpu"], ["client", "info"], ["lolwut", "version", "5"]):
        text = cli(*form, *command)
        assert '"' not in text
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


def test_subscribing_in_a_pipe_prints_frames_until_interrupted(program, server, run):
    from cli import ENVIRONMENT, path

    subscriber = run(path(program), "-p", server.port, "subscribe", "piped", env=ENVIRONMENT)
    with server.client() as client:
        eventually(lambda: client.publish("piped", "hello"), "the CLI has subscribed")
        subscriber.expect("hello")
        subscriber.interrupt()
        subscriber.wait()
    frames = [line for line in subscriber.lines if not line.startswith("Reading")]
    assert frames == ["subscribe", "piped", "1", "message", "piped", "hello"]


def test_ping_latency(program, server):
    with_pipe = pipe(program, server, "--latency", "-i", "0.1", "--raw")
    low, high, average, samples = with_pipe.stdout.split()
    assert 0 <= float(low) <= float(average) <= float(high)
    assert int(samples) > 0


def test_latency_is_shown_on_a_terminal(program, server):
    terminal = Terminal(program, server, "--latency")
    found = terminal.shows_match(r"min: (\d+), max: (\d+), avg: ([\d.]+) \((\d+) samples\)")
    assert int(found[1]) <= int(found[2])
    terminal.close()


def test_stat_prints_a_line_per_interval(program, server):
    terminal = Terminal(program, server, "--stat", "-i", "0.1", "-r", "3")
    terminal.shows_match(r"keys +mem +clients +blocked +requests +connections")
    for _ in range(3):
        found = terminal.shows_match(r"\d+ +([\d.]+[KMG]) +(\d+) +0 +(\d+) \(\+(\d+)\) +(\d+)")
        assert int(found[2]) >= 1
    terminal.close()
