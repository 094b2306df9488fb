"""Publishes many messages with one round trip per batch instead of one per message.

Run:  python publisher_pipelined.py ticks 100000
"""

import os
import sys
import time

import redis

BATCH_MESSAGES = 500


def main(channel: str, messages: int) -> None:
    url = os.environ.get("FANFARE_URL", "redis://127.0.0.1:6379")
    deliveries = 0
    started = time.monotonic()
    # `transaction=False` sends plain commands: a batch need not be atomic.
    with redis.Redis.from_url(url) as client, client.pipeline(transaction=False) as batch:
        for number in range(messages):
            batch.publish(channel, f"tick {number}")
            if len(batch) == BATCH_MESSAGES:
                deliveries += sum(batch.execute())
        deliveries += sum(batch.execute())
    elapsed = time.monotonic() - started
    print(f"{messages} messages, {deliveries} deliveries in {elapsed:.2f} s")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: publisher_pipelined.py CHANNEL MESSAGES")
    main(sys.argv[1], int(sys.argv[2]))
