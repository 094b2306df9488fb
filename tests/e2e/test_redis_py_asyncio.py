"""Publish/subscribe through redis-py's asyncio client, in both protocol versions."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from redis import asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from harness import PATIENCE_SECONDS


@pytest.fixture
def connect(server, protocol):
    """Opens asyncio clients: `async with connect() as client`."""

    @asynccontextmanager
    async def open_client(attempts=0, **options):
        options.setdefault("socket_timeout", PATIENCE_SECONDS)
        retry = Retry(NoBackoff(), attempts)
        async with redis.Redis(
            port=server.port, protocol=protocol, retry=retry, **options
        ) as client:
            yield client

    return open_client


async def next_message(pubsub) -> tuple:
    """The next message as (type, pattern, channel, data)."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (message := await pubsub.get_message(timeout=PATIENCE_SECONDS)) is None:
            pass
    return message["type"], message["pattern"], message["channel"], message["data"]


def test_channels_patterns_and_shard_channels(connect):
    async def scenario():
        async with connect() as client, client.pubsub() as pubsub:
            await pubsub.subscribe("a-channel")
            await pubsub.psubscribe("a-*")
            await pubsub.ssubscribe("a-shard")
            assert await next_message(pubsub) == ("subscribe", None, b"a-channel", 1)
            assert await next_message(pubsub) == ("psubscribe", None, b"a-*", 2)
            assert await next_message(pubsub) == ("ssubscribe", None, b"a-shard", 1)
            assert await client.publish("a-channel", "both") == 2
            assert await client.execute_command("SPUBLISH", "a-shard", "shard") == 1
            assert await next_message(pubsub) == ("message", None, b"a-channel", b"both")
            assert await next_message(pubsub) == ("pmessage", b"a-*", b"a-channel", b"both")
            assert await next_message(pubsub) == ("smessage", None, b"a-shard", b"shard")
            await pubsub.unsubscribe()
            await pubsub.punsubscribe()
            await pubsub.sunsubscribe()
            assert await next_message(pubsub) == ("unsubscribe", None, b"a-channel", 1)
            assert await next_message(pubsub) == ("punsubscribe", None, b"a-*", 0)
            assert await next_message(pubsub) == ("sunsubscribe", None, b"a-shard", 0)

    asyncio.run(scenario())


def test_many_tasks_publish_and_many_listen(connect):
    listeners, publishers, messages = 20, 10, 50

    async def listen(pubsub):
        received = []
        async for message in pubsub.listen():
            received.append(message["data"])
            if len(received) == publishers * messages:
                return received

    async def publish(client, name):
        for number in range(messages):
            assert await client.publish("tasks", f"{name}-{number}") == listeners

    async def scenario():
        async with connect() as client:
            pubsubs = [client.pubsub() for _ in range(listeners)]
            for pubsub in pubsubs:
                await pubsub.subscribe("tasks")
                assert (await next_message(pubsub))[0] == "subscribe"
            tasks = [asyncio.create_task(listen(pubsub)) for pubsub in pubsubs]
            await asyncio.gather(*(publish(client, name) for name in range(publishers)))
            orders = await asyncio.gather(*tasks)
            for pubsub in pubsubs:
                await pubsub.aclose()
        assert all(order == orders[0] for order in orders)
        assert len(set(orders[0])) == publishers * messages

    asyncio.run(scenario())


def test_a_handler_may_be_a_coroutine(connect):
    async def scenario():
        received = asyncio.Queue()

        async def handler(message):
            await received.put(message["data"])

        async with connect() as client, client.pubsub() as pubsub:
            await pubsub.subscribe(coroutine=handler)
            assert (await next_message(pubsub))[0] == "subscribe"
            reader = asyncio.create_task(pubsub.run())
            assert await client.publish("coroutine", "hello") == 1
            assert await asyncio.wait_for(received.get(), PATIENCE_SECONDS) == b"hello"
            reader.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reader

    asyncio.run(scenario())


def test_no_message_within_the_time_is_none_and_harms_nothing(connect):
    async def scenario():
        async with connect() as client, client.pubsub() as pubsub:
            await pubsub.subscribe("quiet")
            assert (await next_message(pubsub))[0] == "subscribe"
            assert await pubsub.get_message(timeout=0.01) is None
            assert await client.publish("quiet", "x") == 1
            assert (await next_message(pubsub))[3] == b"x"

    asyncio.run(scenario())


def test_a_pipeline_publishes_in_order(connect):
    async def scenario():
        async with connect() as client, client.pubsub() as pubsub:
            await pubsub.subscribe("batch")
            assert (await next_message(pubsub))[0] == "subscribe"
            pipeline = client.pipeline(transaction=False)
            for number in range(500):
                pipeline.publish("batch", number)
            assert await pipeline.execute() == [1] * 500
            received = [int((await next_message(pubsub))[3]) for _ in range(500)]
            assert received == list(range(500))

    asyncio.run(scenario())


def test_a_large_message_and_a_ping(connect):
    async def scenario():
        payload = bytes(range(256)) * 4096 * 8
        async with connect() as client, client.pubsub() as pubsub:
            await pubsub.subscribe(b"\r\n\0")
            assert (await next_message(pubsub))[2] == b"\r\n\0"
            assert await client.publish(b"\r\n\0", payload) == 1
            assert await next_message(pubsub) == ("message", None, b"\r\n\0", payload)
            await pubsub.ping("x")
            assert (await next_message(pubsub))[0] == "pong"

    asyncio.run(scenario())


def test_a_killed_subscriber_subscribes_again(connect):
    async def scenario():
        async with connect(attempts=1) as client, client.pubsub() as pubsub:
            await pubsub.subscribe("again")
            await pubsub.psubscribe("agai?")
            for _ in range(2):
                await next_message(pubsub)
            assert await client.client_kill_filter(_type="pubsub") == 1
            kinds = {(await next_message(pubsub))[0] for _ in range(2)}
            assert kinds == {"subscribe", "psubscribe"}
            assert await client.publish("again", "x") == 2

    asyncio.run(scenario())


def test_without_retries_the_lost_connection_is_an_error(connect):
    async def scenario():
        async with connect() as client, client.pubsub() as pubsub:
            await pubsub.subscribe("lost")
            assert (await next_message(pubsub))[0] == "subscribe"
            assert await client.client_kill_filter(_type="pubsub") == 1
            with pytest.raises(RedisConnectionError):
                await next_message(pubsub)

    asyncio.run(scenario())


def test_monitor_sees_what_another_task_does(connect):
    async def scenario():
        async with connect() as client, connect() as observer, observer.monitor() as monitor:
            await client.publish("watched", "x")
            async for entry in monitor.listen():
                if "watched" in entry["command"]:
                    assert entry["command"] == "PUBLISH watched x"
                    return

    asyncio.run(scenario())


def test_introspection(connect):
    async def scenario():
        async with connect(client_name="watcher") as client, client.pubsub() as pubsub:
            await pubsub.subscribe("seen")
            await next_message(pubsub)
            assert await client.pubsub_channels("see?") == [b"seen"]
            assert await client.pubsub_numsub("seen") == [(b"seen", 1)]
            assert await client.pubsub_numpat() == 0
            assert {entry["name"] for entry in await client.client_list()} >= {"watcher"}
            assert (await client.info("stats"))["pubsub_channels"] == 1

    asyncio.run(scenario())
