"""Publishes messages to a channel and tells how many subscribers got each.

Run:  python publisher.py news "Hello" "Hello again"
"""

import os
import sys

import redis


def main(channel: str, *messages: str) -> None:
    url = os.environ.get("FANFARE_URL", "redis://127.0.0.1:6379")
    with redis.Redis.from_url(url) as client:
        for message in messages:
            receivers = client.publish(channel, message)
            print(f"{channel}: {message!r} reached {receivers} subscriber(s)")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: publisher.py CHANNEL MESSAGE...")
    main(*sys.argv[1:])
