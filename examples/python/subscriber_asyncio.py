"""Receives messages with asyncio and stops at a message that says "stop".

Run:  python subscriber_asyncio.py news 'alerts:*'
Then: python publisher.py news "Hello" stop

An argument with a glob character (`*`, `?`, `[`) is subscribed to as a pattern.
"""

import asyncio
import os
import sys

from redis import asyncio as redis


async def main(names: list[str]) -> None:
    url = os.environ.get("FANFARE_URL", "redis://127.0.0.1:6379")
    async with redis.from_url(url, decode_responses=True) as client, client.pubsub() as pubsub:
        for name in names:
            subscribe = pubsub.psubscribe if set("*?[") & set(name) else pubsub.subscribe
            await subscribe(name)
        async for message in pubsub.listen():
            print(f"{message['type']} {message['channel']}: {message['data']}", flush=True)
            if message["data"] == "stop":
                return


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1:] or ["news"]))
    except KeyboardInterrupt:
        pass
