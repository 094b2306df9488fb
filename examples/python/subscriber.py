"""Receives messages through handlers: one for a channel, one for a pattern of channels.

Run:  python subscriber.py
Then: python publisher.py news "Hello"
      python publisher.py alerts:disk "80 % full"
"""

import os

import redis


def on_news(message: dict) -> None:
    print(f"news: {message['data']}", flush=True)


def on_alert(message: dict) -> None:
    print(f"{message['channel']} (matches {message['pattern']}): {message['data']}", flush=True)


def main() -> None:
    url = os.environ.get("FANFARE_URL", "redis://127.0.0.1:6379")
    with redis.Redis.from_url(url, decode_responses=True) as client, client.pubsub() as pubsub:
        pubsub.subscribe(news=on_news)
        pubsub.psubscribe(**{"alerts:*": on_alert})
        # A message with a handler goes to the handler; `listen` yields the rest.
        for message in pubsub.listen():
            print(f"{message['type']}: {message['channel']}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
