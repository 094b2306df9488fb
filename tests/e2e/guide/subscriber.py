"""Subscribes as tutorials do: handlers by keyword, polling, closed by a signal's handler."""

import json
import signal
import sys

import redis

client = redis.Redis(host="localhost", port=int(sys.argv[1]), password=None, decode_responses=True)
client.ping()
pubsub = client.pubsub()


def close(signum, frame):
    pubsub.close()
    client.close()
    print("closed")
    sys.exit(0)


def handle(message):
    if message["type"] in ("subscribe", "psubscribe"):
        print(f"subscribed {message['channel'] or message['pattern']}")
    else:
        try:
            data = json.loads(message["data"])
        except json.JSONDecodeError:
            data = message["data"]
        print(f"{message['pattern']} {message['channel']} {data}")


signal.signal(signal.SIGINT, close)
signal.signal(signal.SIGTERM, close)
pubsub.subscribe(**{name: handle for name in ("notifications", "events:users")})
pubsub.psubscribe(**{pattern: handle for pattern in ("alerts:*", "metrics:*")})
while True:
    message = pubsub.get_message(ignore_subscribe_messages=False, timeout=1.0)
    if message:
        handle(message)
