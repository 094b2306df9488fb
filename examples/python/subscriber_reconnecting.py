"""Keeps a subscription alive: finds dead connections, connects and subscribes again.

Messages published while the connection is down are lost; publish/subscribe keeps no history.

Run:  python subscriber_reconnecting.py news alerts
"""

import os
import sys

import redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.retry import Retry

RETRY_FOREVER = -1
# The longest pause between two attempts to connect.
PAUSE_SECONDS_MAX = 5
# A connection silent for so long gets a PING, and as long again to answer it.
SILENCE_SECONDS_MAX = float(os.environ.get("SILENCE_SECONDS_MAX", 10))


def receive(client: redis.Redis, channels: list[str]) -> None:
    """Prints messages until the server no longer answers."""
    with client.pubsub() as pubsub:
        pubsub.subscribe(*channels)
        ping_sent = False
        while True:
            message = pubsub.get_message(timeout=SILENCE_SECONDS_MAX)
            if message is None:
                if ping_sent:
                    raise redis.TimeoutError("the server is silent")
                pubsub.ping()
                ping_sent = True
                continue
            ping_sent = False
            if message["type"] == "subscribe":  # Also after the client has reconnected.
                print(f"subscribed to {message['channel']}", flush=True)
            elif message["type"] == "message":
                print(f"{message['channel']}: {message['data']}", flush=True)


def main(channels: list[str]) -> None:
    client = redis.Redis.from_url(
        os.environ.get("FANFARE_URL", "redis://127.0.0.1:6379"),
        decode_responses=True,
        socket_timeout=SILENCE_SECONDS_MAX,
        retry=Retry(ExponentialWithJitterBackoff(cap=PAUSE_SECONDS_MAX, base=0.1), RETRY_FOREVER),
    )
    with client:
        while True:
            try:
                receive(client, channels)
            except (redis.ConnectionError, redis.TimeoutError) as error:
                print(f"connecting again: {error}", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:] or ["news"])
    except KeyboardInterrupt:
        pass
