"""Publish/subscribe through redis-py, in both protocol versions."""

import threading

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from harness import PATIENCE_SECONDS, eventually, next_message, subscribed

EVERY_BYTE = bytes(range(256))
MIB = 1024 * 1024


def test_subscribing_confirms_each_channel_with_a_running_count(client):
    with client.pubsub() as pubsub:
        pubsub.subscribe("count-a", "count-b")
        pubsub.psubscribe("count:*")
        assert next_message(pubsub) == ("subscribe", None, b"count-a", 1)
        assert next_message(pubsub) == ("subscribe", None, b"count-b", 2)
        assert next_message(pubsub) == ("psubscribe", None, b"count:*", 3)
        pubsub.subscribe("count-a")
        assert next_message(pubsub) == ("subscribe", None, b"count-a", 3)
        pubsub.unsubscribe("count-a", "count-b")
        assert next_message(pubsub) == ("unsubscribe", None, b"count-a", 2)
        assert next_message(pubsub) == ("unsubscribe", None, b"count-b", 1)
        pubsub.punsubscribe()
        assert next_message(pubsub) == ("punsubscribe", None, b"count:*", 0)


def test_unsubscribing_without_arguments_names_every_channel(client):
    with client.pubsub() as pubsub:
        subscribed(pubsub, channels=["all-a", "all-b", "all-c"])
        pubsub.unsubscribe()
        frames = [next_message(pubsub) for _ in range(3)]
        assert {frame[2] for frame in frames} == {b"all-a", b"all-b", b"all-c"}
        assert [frame[3] for frame in frames] == [2, 1, 0]


def test_unsubscribing_with_nothing_subscribed_is_confirmed(server):
    with server.client(protocol=2, single_connection_client=True) as client:
        assert client.execute_command("UNSUBSCRIBE") == [b"unsubscribe", None, 0]
        assert client.execute_command("PUNSUBSCRIBE", "p*") == [b"punsubscribe", b"p*", 0]
        assert client.execute_command("SUNSUBSCRIBE") == [b"sunsubscribe", None, 0]


def test_publish_answers_the_number_of_receivers(client):
    assert client.publish("receivers", "nobody listens") == 0
    with client.pubsub() as one, client.pubsub() as other:
        subscribed(one, channels=["receivers"])
        subscribed(other, channels=["receivers"], patterns=["rec*", "*ers"])
        # A client counts once for the channel and once for each pattern that matches.
        assert client.publish("receivers", "hello") == 4
        assert next_message(one) == ("message", None, b"receivers", b"hello")
        received = [next_message(other) for _ in range(3)]
        assert received[0] == ("message", None, b"receivers", b"hello")
        assert sorted(received[1:]) == [
            ("pmessage", b"*ers", b"receivers", b"hello"),
            ("pmessage", b"rec*", b"receivers", b"hello"),
        ]


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("g1:*", ["g1:", "g1:a", "g1:a:b:c"], ["g1", "xg1:a"]),
        ("g2:????", ["g2:1234", "g2:abcd"], ["g2:123", "g2:12345"]),
        ("g3:[ewi]*", ["g3:error", "g3:warning", "g3:info"], ["g3:debug", "g3:"]),
        ("g4:[^a]", ["g4:b"], ["g4:a", "g4:"]),
        ("g5:[a-c]x", ["g5:ax", "g5:cx"], ["g5:dx"]),
        (r"g6:\*", ["g6:*"], ["g6:a"]),
    ],
)
def test_patterns_receive_the_channels_that_match(client, pattern, matching, other):
    with client.pubsub() as pubsub:
        subscribed(pubsub, patterns=[pattern])
        for channel in other:
            assert client.publish(channel, "no") == 0
        for channel in matching:
            assert client.publish(channel, "yes") == 1
            expected = ("pmessage", pattern.encode(), channel.encode(), b"yes")
            assert next_message(pubsub) == expected


def test_handlers_receive_the_messages_of_their_channel(client):
    received = []
    with client.pubsub(ignore_subscribe_messages=True) as pubsub:
        pubsub.subscribe(**{"handled": lambda message: received.append(message["data"])})
        pubsub.psubscribe(**{"handled:*": lambda message: received.append(message["channel"])})
        eventually(lambda: client.publish("handled", "first"), "subscribed to handled")
        eventually(lambda: client.publish("handled:x", "second"), "subscribed to handled:*")

        def both_came():
            pubsub.get_message(timeout=0.01)
            return len(received) == 2

        eventually(both_came, "both handlers ran")
    assert received == [b"first", b"handled:x"]


def test_a_worker_thread_serves_handlers(client):
    received = threading.Event()
    pubsub = client.pubsub(ignore_subscribe_messages=True)
    pubsub.subscribe(threaded=lambda message: received.set())
    worker = pubsub.run_in_thread(sleep_time=0.01)
    try:
        eventually(lambda: client.publish("threaded", "hello"), "subscribed to threaded")
        assert received.wait(PATIENCE_SECONDS)
    finally:
        worker.stop()
        worker.join(PATIENCE_SECONDS)


def test_shard_channels_are_apart_from_channels(client):
    with client.pubsub() as pubsub:
        pubsub.subscribe("shard")
        pubsub.ssubscribe("shard", "shard-2")
        assert next_message(pubsub) == ("subscribe", None, b"shard", 1)
        assert next_message(pubsub) == ("ssubscribe", None, b"shard", 1)
        assert next_message(pubsub) == ("ssubscribe", None, b"shard-2", 2)
        assert client.spublish("shard", "to the shard channel") == 1
        assert next_message(pubsub) == ("smessage", None, b"shard", b"to the shard channel")
        assert client.publish("shard", "to the channel") == 1
        assert next_message(pubsub) == ("message", None, b"shard", b"to the channel")
        assert sorted(client.pubsub_shardchannels("shard*")) == [b"shard", b"shard-2"]
        assert client.pubsub_shardnumsub("shard", "none") == [(b"shard", 1), (b"none", 0)]
        pubsub.sunsubscribe()
        frames = [next_message(pubsub) for _ in range(2)]
        assert {frame[2] for frame in frames} == {b"shard", b"shard-2"}
        assert [frame[3] for frame in frames] == [1, 0]


def test_pubsub_tells_who_listens(client):
    with client.pubsub() as one, client.pubsub() as other:
        subscribed(one, channels=["who:a", "who:b"], patterns=["who-p*"])
        subscribed(other, channels=["who:a"], patterns=["who-p*", "who-q*"])
        assert sorted(client.pubsub_channels("who:*")) == [b"who:a", b"who:b"]
        assert client.pubsub_channels("who-none*") == []
        assert {b"who:a", b"who:b"} <= set(client.pubsub_channels())
        counts = client.pubsub_numsub("who:a", "who:b", "who:c")
        assert counts == [(b"who:a", 2), (b"who:b", 1), (b"who:c", 0)]
        assert client.pubsub_numsub() == []
        # Distinct patterns, not subscriptions.
        assert client.pubsub_numpat() == 2
    eventually(lambda: client.pubsub_channels("who:*") == [], "closed clients are forgotten")
    eventually(lambda: client.pubsub_numpat() == 0, "their patterns, too")


def test_ping_works_while_subscribed(client):
    with client.pubsub() as pubsub:
        subscribed(pubsub, channels=["ping"])
        pubsub.ping("are you there")
        kind, _, _, data = next_message(pubsub)
        assert (kind, data) == ("pong", b"are you there")
        pubsub.ping()
        assert next_message(pubsub)[0] == "pong"


def test_health_checks_ping_a_silent_subscription(server, protocol):
    with server.client(protocol=protocol, health_check_interval=0.01) as client:
        with client.pubsub() as pubsub, server.client() as observer:
            subscribed(pubsub, channels=["health"])
            observer.config_resetstat()

            def pinged():
                assert pubsub.get_message(timeout=0.02) is None
                return "cmdstat_ping" in observer.info("commandstats")

            eventually(pinged, "a health check")
            assert observer.publish("health", "still here") == 1
            assert next_message(pubsub) == ("message", None, b"health", b"still here")


def test_a_subscriber_may_run_only_some_commands_in_resp2(server):
    with server.client(protocol=2) as client, client.pubsub() as pubsub:
        subscribed(pubsub, channels=["mode"])
        pubsub.execute_command("ECHO", "x")
        with pytest.raises(redis.ResponseError) as error:
            pubsub.get_message(timeout=PATIENCE_SECONDS)
        assert str(error.value) == (
            "Can't execute 'echo': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET "
            "are allowed in this context"
        )


def test_a_pipeline_of_publishes_keeps_their_order(client):
    with client.pubsub() as pubsub:
        subscribed(pubsub, channels=["ordered"])
        pipeline = client.pipeline(transaction=False)
        for number in range(2000):
            pipeline.publish("ordered" if number % 2 == 0 else "unheard", number)
        assert pipeline.execute() == [1, 0] * 1000
        received = [int(next_message(pubsub)[3]) for _ in range(1000)]
        assert received == list(range(0, 2000, 2))


def test_a_transaction_publishes_when_it_is_executed(client):
    with client.pubsub() as pubsub:
        subscribed(pubsub, channels=["atomic"])
        transaction = client.pipeline()
        for number in range(3):
            transaction.publish("atomic", number)
        assert transaction.execute() == [1, 1, 1]
        assert [next_message(pubsub)[3] for _ in range(3)] == [b"0", b"1", b"2"]


def test_all_subscribers_see_one_order(client):
    publishers, messages_each, subscribers = 4, 250, 3
    total = publishers * messages_each
    receivers = [subscribed(client.pubsub(), channels=["one-order"]) for _ in range(subscribers)]

    def publish(name):
        for number in range(messages_each):
            assert client.publish("one-order", f"{name} {number}") == subscribers

    threads = [threading.Thread(target=publish, args=(name,)) for name in range(publishers)]
    for thread in threads:
        thread.start()
    orders = [[next_message(receiver)[3] for _ in range(total)] for receiver in receivers]
    for thread in threads:
        thread.join()
    assert orders[0] == orders[1] == orders[2]
    for name in range(publishers):
        own = [message for message in orders[0] if message.startswith(b"%d " % name)]
        assert own == [b"%d %d" % (name, number) for number in range(messages_each)]
    for receiver in receivers:
        receiver.close()


def test_many_subscribers_receive_every_message(server, protocol):
    with server.client(protocol=protocol, max_connections=300) as client:
        receivers = [subscribed(client.pubsub(), channels=["many"]) for _ in range(200)]
        for number in range(20):
            assert client.publish("many", number) == 200
        for receiver in receivers:
            assert [int(next_message(receiver)[3]) for _ in range(20)] == list(range(20))
            receiver.close()


@pytest.mark.parametrize("size", [0, 1, 100, 16_383, 16_384, 65_536, MIB, 16 * MIB, 64 * MIB])
def test_payloads_of_any_size_arrive_whole(client, size):
    payload = (EVERY_BYTE * (size // 256 + 1))[:size]
    with client.pubsub() as pubsub:
        subscribed(pubsub, channels=["size"])
        # The largest passes the 32 MB that a subscriber's output may hold, so it must be read
        # while it is sent.
        reader_result = []
        reader = threading.Thread(target=lambda: reader_result.append(next_message(pubsub)))
        reader.start()
        limit = client.config_get("client-output-buffer-limit")
        client.config_set("client-output-buffer-limit", "pubsub 0 0 0")
        try:
            assert client.publish("size", payload) == 1
            reader.join(PATIENCE_SECONDS)
        finally:
            client.config_set(*limit.popitem())
        kind, _, channel, data = reader_result[0]
        assert (kind, channel, len(data)) == ("message", b"size", size)
        assert data == payload


@pytest.mark.parametrize(
    "name", [b"", b"\0", b"\r\n", b"with space", "Größe ☃".encode(), EVERY_BYTE, b"x" * 10_000]
)
def test_names_are_bytes(client, name):
    with client.pubsub() as pubsub:
        subscribed(pubsub, channels=[name], patterns=[b"p" + name.replace(b"\\", b"")[:20] + b"*"])
        assert client.publish(name, b"\r\n$0") >= 1
        assert next_message(pubsub) == ("message", None, name, b"\r\n$0")
        assert name in client.execute_command("PUBSUB CHANNELS")
        assert client.pubsub_numsub(name) == [(name, 1)]


def test_no_star_matches_the_empty_channel(client):
    with client.pubsub() as pubsub, client.pubsub() as star:
        subscribed(pubsub, channels=[b""])
        subscribed(star, patterns=["*"])
        assert client.publish("", "x") == 1
        assert client.pubsub_channels("*") == []


def test_closing_the_connection_ends_its_subscriptions(client):
    pubsub = subscribed(client.pubsub(), channels=["gone"], patterns=["gone*"])
    assert client.publish("gone", "x") == 2
    pubsub.close()
    eventually(lambda: client.publish("gone", "x") == 0, "the subscriber is gone")


def test_reset_ends_subscriptions_and_the_connection_is_usable(server):
    with server.client(protocol=2, single_connection_client=True) as client:
        connection = client.connection
        connection.send_command("SUBSCRIBE", "reset")
        assert connection.read_response() == [b"subscribe", b"reset", 1]
        connection.send_command("RESET")
        assert connection.read_response() == b"RESET"
        connection.send_command("PUBLISH", "reset", "x")
        assert connection.read_response() == 0


def test_a_killed_subscriber_connects_and_subscribes_again(server, protocol):
    once = Retry(NoBackoff(), 1)
    with server.client(protocol=protocol, retry=once) as client, client.pubsub() as pubsub:
        subscribed(pubsub, channels=["killed"])
        assert client.client_kill_filter(_type="pubsub", skipme=True) == 1
        assert next_message(pubsub) == ("subscribe", None, b"killed", 1)
        assert client.publish("killed", "back") == 1
        assert next_message(pubsub) == ("message", None, b"killed", b"back")


def test_a_subscriber_that_does_not_read_is_closed_and_others_notice_nothing(own_server):
    server = own_server("--client-output-buffer-limit", "pubsub 1mb 0 0")
    with server.client() as client, server.client() as slow_client:
        good = subscribed(client.pubsub(), channels=["slow"])
        slow = subscribed(slow_client.pubsub(), channels=["slow"])
        payload = b"x" * 100_000
        published = 0

        def slow_is_closed():
            nonlocal published
            receivers = client.publish("slow", payload)
            published += 1
            assert next_message(good)[3] == payload
            return receivers == 1

        eventually(slow_is_closed, "the slow subscriber is closed")
        clients = client.info("clients")
        assert clients["pubsub_clients"] == 1
        assert client.info("stats")["client_output_buffer_limit_disconnections"] == 1
        server.program.expect("overcoming of output buffer limits")
        with pytest.raises(redis.ConnectionError):
            for _ in range(published + 1):
                next_message(slow)
        good.close()
