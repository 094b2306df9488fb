"""Subscribes as tutorials do for robustness: time-outs, one channel per call, a loop around all."""

import sys

import redis

TIMEOUT_SECONDS = 1
pubsub = None
while True:
    try:
        if pubsub is None:
            client = redis.Redis(
                host="localhost",
                port=int(sys.argv[1]),
                decode_responses=True,
                socket_timeout=TIMEOUT_SECONDS,
                socket_connect_timeout=TIMEOUT_SECONDS,
                retry_on_timeout=True,
            )
            client.ping()
            pubsub = client.pubsub()
            print("connected")
        for channel in ("orders", "payments"):
            pubsub.subscribe(channel)
        for message in pubsub.listen():
            print(message["type"], message["channel"], message["data"])
    except redis.ConnectionError:
        print("lost")
        pubsub = None
