"""The steps of a first tutorial, typed into `redis-cli` and `fanfare-cli` on a terminal."""

import re

import pexpect
import pytest

from cli import Terminal
from harness import eventually, subscribed


@pytest.fixture(params=["redis-cli", "fanfare-cli"])
def program(request):
    """Both command-line clients."""
    return request.param


@pytest.fixture
def terminal(program, server):
    """Opens terminals: `terminal("-3")`."""
    opened = []

    def start(*arguments, to=server, **options):
        opened.append(Terminal(program, to, *arguments, **options))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


@pytest.fixture
def publish(server):
    """Publishes from elsewhere, once somebody listens."""
    with server.client() as client:
        yield lambda channel, message: eventually(
            lambda: client.publish(channel, message), f"somebody listens to {channel}"
        )


def test_a_first_session(terminal):
    cli = terminal()
    assert cli.run("PING") == "PONG\n"
    assert cli.run('PUBLISH notifications "Nobody is there"') == "(integer) 0\n"
    assert cli.run("PUBSUB CHANNELS first*") == "(empty array)\n"
    assert cli.run("PUBSUB NUMSUB first second") == (
        '1) "first"\n2) (integer) 0\n3) "second"\n4) (integer) 0\n'
    )
    assert cli.run("NOSUCH one") == (
        "(error) ERR unknown command 'NOSUCH', with args beginning with: 'one' \n"
    )
    assert cli.run("CONFIG SET timeout 0") == "OK\n"
    assert cli.run("CONFIG GET timeout") == '1) "timeout"\n2) "0"\n'
    assert cli.run("CLIENT GETNAME") == "(nil)\n"
    assert cli.run('ECHO "a \\x00 b"') == '"a \\x00 b"\n'
    assert cli.run('ECHO "unbalanced') == "Invalid argument(s)\n"
    cli.type("exit")
    cli.child.wait()
    assert cli.child.exitstatus == 0


@pytest.mark.parametrize("kind", ["dumb", "xterm"])
def test_interrupting_the_prompt_ends_the_program(terminal, kind):
    cli = terminal(env={"TERM": kind})
    cli.child.expect("> ")
    cli.interrupt()
    cli.child.expect(pexpect.EOF)


def test_a_password_is_asked_for_and_given(terminal, own_server):
    cli = terminal(to=own_server("--requirepass", "your_secure_password_here"))
    assert cli.run("PING") == "(error) NOAUTH Authentication required.\n"
    assert cli.run("AUTH wrong") == (
        "(error) WRONGPASS invalid username-password pair or user is disabled.\n"
    )
    assert cli.run("AUTH your_secure_password_here") == "OK\n"
    assert cli.run("PING") == "PONG\n"


def test_the_subscribe_screen(terminal, publish):
    cli = terminal()
    cli.type("SUBSCRIBE notifications")
    cli.starts_reading()
    cli.shows('1) "subscribe"\n2) "notifications"\n3) (integer) 1\n')
    assert publish("notifications", "Hello!") == 1
    cli.shows('1) "message"\n2) "notifications"\n3) "Hello!"\n')
    cli.interrupt()
    assert cli.run("PING") in ("PONG\n",)


def test_subscribing_to_several_channels_counts_them(terminal, publish):
    cli = terminal()
    cli.type("SUBSCRIBE news alerts updates")
    cli.starts_reading()
    for number, channel in enumerate(["news", "alerts", "updates"], 1):
        cli.shows(f'1) "subscribe"\n2) "{channel}"\n3) (integer) {number}\n')
    publish("updates", "two\nlines")
    cli.shows('1) "message"\n2) "updates"\n3) "two\\nlines"\n')


def test_patterns_show_what_matched(terminal, publish):
    cli = terminal()
    cli.type("PSUBSCRIBE user:* log:[ewi]* id:????")
    cli.starts_reading()
    for number, pattern in enumerate(["user:*", "log:[ewi]*", "id:????"], 1):
        cli.shows(f'1) "psubscribe"\n2) "{pattern}"\n3) (integer) {number}\n')
    for pattern, channel in [
        ("user:*", "user:123"),
        ("user:*", "user:profile:update"),
        ("log:[ewi]*", "log:warning"),
        ("id:????", "id:1234"),
    ]:
        assert publish(channel, "It happened") == 1
        cli.shows(f'1) "pmessage"\n2) "{pattern}"\n3) "{channel}"\n4) "It happened"\n')


def test_shard_channels_have_a_screen_too(terminal, server):
    cli = terminal("ssubscribe", "shard-screen")
    cli.starts_reading()
    cli.shows('1) "ssubscribe"\n2) "shard-screen"\n3) (integer) 1\n')
    with server.client() as client:
        assert client.execute_command("SPUBLISH", "shard-screen", "x") == 1
    cli.shows('1) "smessage"\n2) "shard-screen"\n3) "x"\n')


def test_resp3_frames_are_shown_alike(terminal, publish):
    cli = terminal("-3", "subscribe", "three")
    cli.starts_reading()
    cli.shows('1) "subscribe"\n2) "three"\n3) (integer) 1\n')
    publish("three", "hello")
    cli.shows('1) "message"\n2) "three"\n3) "hello"\n')


@pytest.mark.parametrize("version", ["-2", "-3"])
def test_commands_are_taken_while_subscribed(server, version):
    """As in newer redis-clis; the stock one of Debian ignores what is typed."""
    cli = Terminal("fanfare-cli", server, version)
    try:
        cli.type("SUBSCRIBE typed-a typed-b")
        cli.shows_match(r"\(integer\) 2\r\n")
        cli.child.sendline("PING")
        cli.shows_match("PONG" if version == "-3" else '1\\) "pong"\r\n2\\) ""')
        if version == "-3":
            cli.child.sendline("PUBLISH typed-a hello")
            cli.shows_match(r"\(integer\) 1\r\n")
            cli.shows('1) "message"\n2) "typed-a"\n3) "hello"\n')
        cli.child.sendline("UNSUBSCRIBE typed-a")
        cli.shows_match(r'1\) "unsubscribe"\r\n2\) "typed-a"\r\n3\) \(integer\) 1\r\n')
        cli.child.sendline("UNSUBSCRIBE")
        cli.shows_match(r'1\) "unsubscribe"\r\n2\) "typed-b"\r\n3\) \(integer\) 0\r\n')
        assert cli.run("PING") == "PONG\n"
    finally:
        cli.close()


def test_who_listens(terminal, program):
    subscriber = terminal("subscribe", "who:a", "who:b")
    subscriber.shows_match(r"\(integer\) 2")
    by_pattern = terminal("psubscribe", "who:*")
    by_pattern.shows_match(r"\(integer\) 1")
    cli = terminal()
    channels = cli.run("PUBSUB CHANNELS who:*")
    assert sorted(re.findall(r'"(.*?)"', channels)) == ["who:a", "who:b"]
    assert cli.run("PUBSUB NUMSUB who:a who:b") == (
        '1) "who:a"\n2) (integer) 1\n3) "who:b"\n4) (integer) 1\n'
    )
    assert cli.run("PUBSUB NUMPAT") == "(integer) 1\n"
    listed = cli.run("CLIENT LIST TYPE pubsub").splitlines()
    assert sorted(re.search(r" sub=\d psub=\d ", line)[0] for line in listed if line) == [
        " sub=0 psub=1 ",
        " sub=2 psub=0 ",
    ]
    assert cli.run("CLIENT INFO").count("\n") == 1


def test_monitor_shows_every_command(terminal, server):
    cli = terminal("monitor")
    cli.shows("OK\n")
    with server.client() as client:
        client.publish("notifications", 'test "message"\n')
        with client.pubsub() as pubsub:
            subscribed(pubsub, channels=["events"])
    stamp = r"\d+\.\d{6} \[0 127\.0\.0\.1:\d+\] "
    cli.shows_match(stamp + r'"PUBLISH" "notifications" "test \\"message\\"\\n"\r\n')
    cli.shows_match(stamp + r'"SUBSCRIBE" "events"\r\n')


def test_monitor_hides_passwords(terminal, server):
    cli = terminal("monitor")
    cli.shows("OK\n")
    with server.client(protocol=2) as client:
        with pytest.raises(Exception, match="AUTH"):
            client.execute_command("AUTH", "secret")
        client.echo("after")
    cli.shows_match(r'"ECHO" "after"')
    assert "secret" not in cli.child.before
    assert '"AUTH" "(redacted)"' in cli.child.before


def test_info_memory(terminal):
    shown = terminal().run("INFO memory").splitlines()
    assert shown[0] == "# Memory"
    fields = dict(line.split(":", 1) for line in shown[1:] if ":" in line)
    assert re.fullmatch(r"[\d.]+[KMG]", fields["used_memory_human"])
    assert re.fullmatch(r"[\d.]+[KMG]", fields["used_memory_peak_human"])
    assert float(fields["mem_fragmentation_ratio"]) > 0


def test_the_prompt_names_the_database(terminal):
    cli = terminal()
    assert cli.run("SELECT 2") == "OK\n"
    assert cli.child.match[1] == "[2]"


def test_help_comes_from_the_server(terminal):
    shown = terminal().run("HELP PUBLISH")
    assert re.search(r"PUBLISH channel message\n", shown)
    assert re.search(r"summary: \S", shown)
    assert re.search(r"since: 2\.0\.0", shown)
    assert re.search(r"group: pubsub", shown)


def test_hints_show_what_a_command_takes(terminal):
    cli = terminal(env={"TERM": "xterm"})
    cli.child.expect("> ")
    cli.child.send("publish ")
    cli.shows_match("channel message")
    cli.child.send("news ")
    cli.shows_match("message")


def test_a_lost_connection_is_made_anew_by_the_next_command(terminal, server):
    cli = terminal()
    stock, sold = "cli:stock", "cli:sold"

    def lose_connection():
        with server.client() as other:
            (mine,) = [one for one in other.client_list() if one["name"] == "loses-it"]
            other.client_kill_filter(_id=mine["id"])

    def begin(line, reply):
        assert cli.run("CLIENT SETNAME loses-it") == "OK\n"
        assert cli.run(line) == reply

    lost = "Error: Server closed the connection\n"
    begin("PING", "PONG\n")
    lose_connection()
    assert cli.run("PING") == lost
    assert cli.run("PING") == "PONG\n"
    # What was to be run at once, or not at all, is not run in part.
    begin("MULTI", "OK\n")
    assert cli.run(f"SET {stock} 1") == "QUEUED\n"
    lose_connection()
    assert cli.run(f"SET {sold} 1") == lost
    assert cli.run("EXEC") == "(error) ERR EXEC without MULTI\n"
    assert cli.run(f"EXISTS {stock} {sold}") == "(integer) 0\n"
