"""Libraries that stand on publish/subscribe: Django Channels and python-socketio."""

import asyncio

import pytest
import socketio
from channels_redis.pubsub import RedisPubSubChannelLayer

from harness import PATIENCE_SECONDS, eventually


def within_patience(scenario):
    """Runs a coroutine to its end."""
    asyncio.run(asyncio.wait_for(scenario, PATIENCE_SECONDS))


def test_channel_layers_of_two_processes_talk(server):
    async def scenario():
        here = RedisPubSubChannelLayer(hosts=[server.url])
        there = RedisPubSubChannelLayer(hosts=[server.url])
        mine = await there.new_channel()
        await here.send(mine, {"type": "direct", "bytes": b"\x00\xff"})
        assert await there.receive(mine) == {"type": "direct", "bytes": b"\x00\xff"}
        other = await here.new_channel()
        await there.group_add("group", mine)
        await here.group_add("group", other)
        await here.group_send("group", {"type": "to.group", "number": 1})
        assert await there.receive(mine) == {"type": "to.group", "number": 1}
        assert await here.receive(other) == {"type": "to.group", "number": 1}
        await there.group_discard("group", mine)
        await here.group_send("group", {"type": "to.group", "number": 2})
        assert await here.receive(other) == {"type": "to.group", "number": 2}
        await here.send(mine, {"type": "direct", "bytes": b"after"})
        assert await there.receive(mine) == {"type": "direct", "bytes": b"after"}
        await here.flush()
        await there.flush()

    within_patience(scenario())


@pytest.mark.parametrize("writers", [1, 5])
def test_socketio_processes_emit_through_the_server(server, writers):
    """Emitters without browsers of their own reach the managers of all servers."""

    async def scenario():
        received = asyncio.Queue()

        class Recorder(socketio.AsyncRedisManager):
            async def _handle_emit(self, message):
                await received.put((message["event"], message["data"]))

        channel = f"socketio-{writers}"
        listener = Recorder(server.url, channel=channel)
        listener.set_server(socketio.AsyncServer(client_manager=listener, async_mode="asgi"))
        listener.initialize()
        with server.client() as client:
            await asyncio.to_thread(
                eventually, lambda: client.pubsub_channels(channel), "the manager has subscribed"
            )
        emitters = [
            socketio.RedisManager(server.url, channel=channel, write_only=True)
            for _ in range(writers)
        ]
        for number, emitter in enumerate(emitters):
            await asyncio.to_thread(emitter.emit, "news", {"number": number, "text": "Größe"})
        heard = [await received.get() for _ in emitters]
        assert heard == [("news", [{"number": n, "text": "Größe"}]) for n in range(writers)]

    within_patience(scenario())
