"""Connection, introspection and configuration commands through redis-py."""

import re
import threading
import time

import pytest
import redis

from harness import PATIENCE_SECONDS, eventually, next_message, subscribed


def test_the_handshake_is_remembered(client, protocol):
    info = client.client_info()
    assert int(info["resp"]) == protocol
    assert info["lib-name"] == "redis-py"
    assert info["lib-ver"] == redis.__version__
    assert info["cmd"] == "client|info"
    assert info["user"] == "default"


def test_connection_options_reach_the_server(server, protocol):
    with server.client(protocol=protocol, client_name="named", db=3) as client:
        info = client.client_info()
        assert (info["name"], int(info["db"])) == ("named", 3)
        assert client.client_getname() in ("named", b"named")
        assert client.client_setname("other")
        assert client.client_info()["name"] == "other"


def test_hello_describes_the_server(server):
    with server.client(protocol=3, single_connection_client=True) as client:
        hello = client.execute_command("HELLO")
        assert hello[b"server"] == b"redis"
        assert hello[b"proto"] == 3
        assert hello[b"mode"] == b"standalone"
        assert hello[b"role"] == b"master"
        assert hello[b"id"] == client.client_id()
        assert re.fullmatch(rb"\d+\.\d+\.\d+", hello[b"version"])


def test_small_commands(client):
    assert client.ping() is True
    assert client.echo("hello") == b"hello"
    assert client.select(1)
    seconds, microseconds = client.time()
    assert abs(seconds - time.time()) < 60
    assert 0 <= microseconds < 1_000_000
    role = client.role()
    assert role[0] == b"master"
    assert client.acl_whoami() in ("default", b"default")
    assert client.lolwut(version=5)


def test_an_unknown_command_is_named_with_its_arguments(client):
    with pytest.raises(redis.ResponseError) as error:
        client.execute_command("NOSUCH", "one", "two words")
    assert str(error.value) == (
        "unknown command 'NOSUCH', with args beginning with: 'one' 'two words' "
    )


def test_wrong_arity_is_an_error_and_the_connection_goes_on(client):
    with pytest.raises(redis.ResponseError) as error:
        client.execute_command("PUBLISH", "channel")
    assert str(error.value) == "wrong number of arguments for 'publish' command"
    assert client.ping()


def test_a_pipeline_reports_each_reply(client):
    pipeline = client.pipeline(transaction=False)
    pipeline.ping().echo("x").execute_command("NOSUCH").publish("pipeline", "x")
    replies = pipeline.execute(raise_on_error=False)
    assert replies[0] is True
    assert replies[1] == b"x"
    assert isinstance(replies[2], redis.ResponseError)
    assert replies[3] == 0


def test_client_list_shows_subscriptions(client, protocol):
    with client.pubsub() as pubsub:
        subscribed(pubsub, channels=["l-a", "l-b"], patterns=["l-*"], shard_channels=["l-s"])
        clients = client.client_list(_type="pubsub")
        assert len(clients) == 1
        entry = clients[0]
        assert (entry["sub"], entry["psub"], entry["ssub"]) == ("2", "1", "1")
        assert entry["flags"] == "P"
        assert entry["cmd"] == "ssubscribe"
        assert int(entry["resp"]) == protocol
        assert entry["addr"].startswith("127.0.0.1:")
        expected = [
            "id", "addr", "laddr", "fd", "name", "age", "idle", "flags", "db", "sub", "psub",
            "ssub", "multi", "watch", "qbuf", "qbuf-free", "argv-mem", "multi-mem", "rbs", "rbp",
            "obl", "oll", "omem", "tot-mem", "events", "cmd", "user", "redir", "resp",
            "lib-name", "lib-ver", "io-thread", "tot-net-in", "tot-net-out", "tot-cmds",
        ]  # fmt: skip
        assert list(entry) == expected
        by_id = client.client_list(client_id=[entry["id"]])
        assert [found["id"] for found in by_id] == [entry["id"]]
        assert client.client_list(_type="replica") == []


def test_clients_are_killed_by_id_and_by_address(server, client):
    with server.client(single_connection_client=True) as victim:
        assert client.client_kill_filter(_id=str(victim.client_id())) == 1
        with pytest.raises(redis.ConnectionError):
            victim.ping()
    with server.client(single_connection_client=True) as victim:
        assert client.client_kill(victim.client_info()["addr"])
        with pytest.raises(redis.ConnectionError):
            victim.ping()
    with pytest.raises(redis.ResponseError, match="No such client"):
        client.client_kill("127.0.0.1:1")
    assert client.client_kill_filter(_id="999999") == 0


def test_a_pause_holds_publishers_until_it_ends(server, client):
    with server.client() as publisher:
        publisher.ping()
        replies = []
        waiting = threading.Thread(target=lambda: replies.append(publisher.publish("paused", "")))
        assert client.client_pause(60_000, all=False)
        try:
            waiting.start()
            eventually(lambda: client.info("clients")["blocked_clients"], "a publisher is held")
            assert replies == []
        finally:
            assert client.client_unpause()
            waiting.join(PATIENCE_SECONDS)
        assert replies == [0]
        assert client.info("clients")["blocked_clients"] == 0


def test_client_flags_can_be_set(client):
    assert client.client_no_evict("ON")
    assert client.client_no_evict("OFF")
    assert client.client_no_touch("ON")
    assert client.client_no_touch("OFF")
    assert client.client_getredir() == -1


def test_info_has_the_sections_and_fields_that_tools_read(client):
    info = client.info()
    assert re.fullmatch(r"\d+\.\d+\.\d+", info["redis_version"])
    assert info["redis_mode"] == "standalone"
    assert info["role"] == "master"
    assert info["tcp_port"] == client.connection_pool.connection_kwargs["port"]
    assert info["connected_clients"] >= 1
    assert info["total_connections_received"] >= 1
    assert info["used_memory"] > 0
    assert re.fullmatch(r"[\d.]+[BKMG]", info["used_memory_human"])
    assert info["mem_fragmentation_ratio"] > 0
    assert info["maxmemory_policy"] == "noeviction"
    assert info["loading"] == 0
    assert info["used_cpu_sys"] >= 0
    everything = client.info("everything")
    assert set(info) <= set(everything)
    assert set(client.info("memory")) >= {"used_memory_peak_human", "mem_fragmentation_ratio"}
    assert set(client.info("server", "clients")) >= {"run_id", "connected_clients"}


def test_info_counts_subscriptions_and_commands(client):
    client.config_resetstat()
    with client.pubsub() as pubsub:
        subscribed(pubsub, channels=["info-a", "info-b"], patterns=["i-*"], shard_channels=["s"])
        stats = client.info("stats")
        assert stats["pubsub_channels"] == 2
        assert stats["pubsub_patterns"] == 1
        assert stats["pubsubshard_channels"] == 1
        assert client.info("clients")["pubsub_clients"] == 1
        for _ in range(3):
            client.publish("info-a", "x")
        errors = client.info("errorstats").get("errorstat_ERR", {"count": 0})["count"]
        with pytest.raises(redis.ResponseError):
            client.execute_command("PUBLISH", "x")
        assert client.info("errorstats")["errorstat_ERR"]["count"] == errors + 1
    commands = client.info("commandstats")
    assert commands["cmdstat_publish"]["calls"] == 3
    assert commands["cmdstat_publish"]["rejected_calls"] == 1
    assert commands["cmdstat_subscribe"]["calls"] == 1
    assert client.info("stats")["total_commands_processed"] >= 5


def test_monitor_shows_commands_as_they_run(server, client):
    with server.client() as observer, observer.monitor() as monitor:
        client.publish("monitored", b'with "quotes" and \x00\xff')
        commands = (entry for entry in monitor.listen())
        entry = next(entry for entry in commands if "monitored" in entry["command"])
        assert entry["command"] == r'PUBLISH monitored with "quotes" and \x00\xff'
        assert entry["db"] == 0
        assert entry["client_type"] == "tcp"
        assert entry["client_address"] == "127.0.0.1"
        assert abs(entry["time"] - time.time()) < 60


def test_configuration_is_read_with_globs_and_changed(client):
    limits = client.config_get("client-output-buffer-limit")
    assert limits["client-output-buffer-limit"] == (
        "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"
    )
    several = client.config_get("maxclients", "tcp-*")
    assert set(several) == {"maxclients", "tcp-backlog", "tcp-keepalive"}
    assert client.config_set("timeout", 100)
    assert client.config_get("timeout") == {"timeout": "100"}
    assert client.config_set("timeout", 0, "tcp-keepalive", 60)
    assert client.config_get("timeout", "tcp-keepalive") == {
        "timeout": "0",
        "tcp-keepalive": "60",
    }


def test_a_refused_configuration_changes_nothing(client):
    before = client.config_get("timeout", "hz")
    with pytest.raises(redis.ResponseError) as error:
        client.config_set("timeout", 7, "hz", "many")
    assert str(error.value) == (
        "CONFIG SET failed (possibly related to argument 'hz') - "
        "argument couldn't be parsed into an integer"
    )
    with pytest.raises(redis.ResponseError, match="Unknown option or number of arguments"):
        client.config_set("no-such-parameter", 1)
    assert client.config_get("timeout", "hz") == before


def test_the_command_table_can_be_read(client):
    commands = client.command()
    assert client.command_count() == len(commands)
    (publish,) = client.execute_command("COMMAND INFO", "publish")
    name, arity, flags, first_key, last_key, step, categories, *_ = publish
    assert (name, arity, first_key, last_key, step) == (b"publish", 3, 0, 0, 0)
    assert set(flags) == {b"pubsub", b"loading", b"stale", b"fast"}
    assert set(categories) == {b"@pubsub", b"@fast"}
    assert b"publish" in client.execute_command("COMMAND LIST")
    # A shard channel decides the cluster slot as a key does, but is none.
    with pytest.raises(redis.ResponseError, match="The command has no key arguments"):
        client.command_getkeys("SPUBLISH", "shard", "message")


def test_slow_commands_are_logged(client):
    client.config_set("slowlog-log-slower-than", 0)
    try:
        client.slowlog_reset()
        client.publish("slow", "message")
        entries = client.slowlog_get()
        assert any(entry["command"] == b"PUBLISH slow message" for entry in entries)
        assert client.slowlog_len() >= 1
        # A command that has to wait for the processor may be slow by any measure.
        client.config_set("slowlog-log-slower-than", -1)
        client.slowlog_reset()
        assert client.slowlog_len() == 0
    finally:
        client.config_set("slowlog-log-slower-than", 10000)


def test_latency_commands_answer(client):
    client.publish("latency", "x")
    assert client.latency_latest() == []
    assert client.latency_reset() == 0
    histogram = client.execute_command("LATENCY HISTOGRAM", "publish")
    assert b"publish" in histogram


def test_a_password_is_required_from_everyone(own_server, protocol):
    server = own_server("--requirepass", "secret word")
    with server.client(protocol=protocol) as client:
        with pytest.raises(redis.AuthenticationError):
            client.ping()
    with server.client(protocol=protocol, password="wrong") as client:
        with pytest.raises(redis.AuthenticationError):
            client.ping()
    for login in ({}, {"username": "default"}):
        with server.client(protocol=protocol, password="secret word", **login) as client:
            assert client.ping()
            with client.pubsub() as pubsub:
                subscribed(pubsub, channels=["private"])
                assert client.publish("private", "x") == 1
                assert next_message(pubsub)[3] == b"x"


def test_a_password_set_while_running_holds_for_new_connections(own_server):
    server = own_server()
    with server.client() as early:
        assert early.config_set("requirepass", "later")
        assert early.ping()
        with server.client() as late, pytest.raises(redis.AuthenticationError):
            late.ping()
        with server.client(password="later") as late:
            assert late.ping()


def test_connections_beyond_maxclients_are_refused(own_server):
    server = own_server("--maxclients", 5)
    connected = [server.client(single_connection_client=True) for _ in range(5)]
    for client in connected:
        assert client.ping()
    with server.client() as late, pytest.raises(redis.ConnectionError) as error:
        late.ping()
    assert "max number of clients reached" in str(error.value)
    assert connected[0].info("stats")["rejected_connections"] >= 1
    connected.pop().close()

    def connects():
        try:
            with server.client() as client:
                return client.ping()
        except redis.ConnectionError:
            return False

    eventually(connects, "a place is free again")
    for client in connected:
        client.close()


def test_a_unix_socket_serves_too(own_server, tmp_path):
    path = tmp_path / "s.sock"
    server = own_server("--unixsocket", path, "--unixsocketperm", "700")
    with redis.Redis(unix_socket_path=str(path)) as local, server.client() as remote:
        with local.pubsub() as pubsub:
            subscribed(pubsub, channels=["local"])
            assert remote.publish("local", "over both") == 1
            assert next_message(pubsub)[3] == b"over both"
        assert local.client_info()["addr"] == f"{path}:0"
    assert oct(path.stat().st_mode & 0o777) == "0o700"


@pytest.mark.parametrize("end", ["terminate", "shutdown"])
def test_the_server_ends_cleanly_and_subscribers_see_the_end(own_server, end):
    server = own_server()
    with server.client() as client, client.pubsub() as pubsub:
        subscribed(pubsub, channels=["end"])
        if end == "terminate":
            assert server.terminate() == 0
        else:
            client.shutdown(nosave=True)
            assert server.program.wait() == 0
        with pytest.raises(redis.ConnectionError):
            next_message(pubsub)
