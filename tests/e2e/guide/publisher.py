"""Publishes as tutorials do: text, JSON, several channels, then a metric until Ctrl-C."""

import json
import sys
import time

import redis

client = redis.Redis(host="localhost", port=int(sys.argv[1]), password=None, decode_responses=True)
client.ping()


def publish(channel, message):
    if isinstance(message, dict):
        message = json.dumps(message)
    print(f"{channel} -> {client.publish(channel, message)}")


publish("notifications", "maintenance at midnight")
publish("events:users", {"type": "signup", "user": 12345})
for channel in ["alerts:critical", "alerts:email", "alerts:slack"]:
    publish(channel, {"severity": "critical"})
try:
    while True:
        publish("metrics:system", {"cpu": 45.2})
        time.sleep(0.05)
except KeyboardInterrupt:
    print("stopped")
