"""A producer of a stream, and with `consume` a consumer of a group, as tutorials have them."""

import json
import sys
from datetime import datetime

import redis

STREAM, GROUP, CONSUMER = "events_stream", "order_processors", "processor_1"

client = redis.Redis(host="localhost", port=int(sys.argv[1]), decode_responses=True)


def produce():
    event = {
        "event_type": "order_created",
        "order_id": "12345",
        "customer_id": "cust_789",
        "amount": "99.99",
        "timestamp": datetime.now().isoformat(),
    }
    print(f"added {client.xadd(STREAM, event, maxlen=10000)}")


def consume():
    try:
        client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    except redis.ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise
    print("listening")
    while True:
        messages = client.xreadgroup(GROUP, CONSUMER, {STREAM: ">"}, count=10, block=5000)
        if messages:
            for _, entries in messages:
                for entry_id, data in entries:
                    print(f"processing {entry_id} {json.dumps(data)}")
                    client.xack(STREAM, GROUP, entry_id)
                    print(f"acknowledged {entry_id}")


if sys.argv[2:] == ["consume"]:
    consume()
else:
    produce()
