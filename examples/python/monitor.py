"""Shows who listens to what: channels, patterns, subscribed clients and memory.

Run:  python monitor.py        refreshes every 2 seconds
      python monitor.py 0      prints once
"""

import os
import sys
import time

import redis


def dashboard(client: redis.Redis) -> str:
    """The state of publish/subscribe as text."""
    channels = sorted(client.pubsub_channels())
    subscribers = client.pubsub_numsub(*channels)
    # Every field of CLIENT LIST is text, numbers too.
    clients = client.client_list(_type="pubsub")
    memory = client.info("memory")
    lines = [f"channels: {len(channels)}"]
    lines += [f"  {channel}: {count} subscriber(s)" for channel, count in subscribers]
    lines += [f"patterns: {client.pubsub_numpat()}", f"subscribed clients: {len(clients)}"]
    lines += [
        f"  {c['addr']} {c['name'] or '(no name)'}: {c['sub']} channel(s), {c['psub']} pattern(s), "
        f"{c['omem']} bytes waiting"
        for c in clients
    ]
    lines.append(f"memory: {memory['used_memory_human']}, peak {memory['used_memory_peak_human']}")
    return "\n".join(lines)


def main(interval_seconds: float) -> None:
    url = os.environ.get("FANFARE_URL", "redis://127.0.0.1:6379")
    with redis.Redis.from_url(url, decode_responses=True) as client:
        print(dashboard(client), flush=True)
        while interval_seconds > 0:
            time.sleep(interval_seconds)
            print(f"\n{time.strftime('%H:%M:%S')}\n{dashboard(client)}", flush=True)


if __name__ == "__main__":
    try:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 2)
    except KeyboardInterrupt:
        pass
