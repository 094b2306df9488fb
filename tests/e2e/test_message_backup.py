"""Messages that are published and also pushed to a list, for whoever was not there, through redis-py."""

import threading

from harness import PATIENCE_SECONDS, eventually, next_message, subscribed


def publish(client, channel: str, message: str) -> list:
    """Pushes and publishes as one; how long the list is, and who got the message at once."""
    with client.pipeline() as transaction:
        transaction.lpush(f"queue:{channel}", message)
        transaction.publish(channel, message)
        return transaction.execute()


def blocked_clients(client) -> int:
    """How many clients wait for a key."""
    return client.info("clients")["blocked_clients"]


class Consumer(threading.Thread):
    """Takes messages from a list until one says to stop."""

    def __init__(self, client, key: str):
        super().__init__(daemon=True)
        self.client, self.key, self.received = client, key, []
        self.start()

    def run(self):
        """Waits a second at most, again and again."""
        while True:
            if taken := self.client.brpop(self.key, timeout=1):
                self.received.append(taken)
                if taken[1] == b"stop":
                    return


def test_a_message_waits_in_the_list_for_who_comes_later(client):
    assert publish(client, "orders", "first") == [1, 0]
    assert publish(client, "orders", "second") == [2, 0]
    assert client.brpop("queue:orders", timeout=1) in [
        (b"queue:orders", b"first"),
        [b"queue:orders", b"first"],
    ]
    assert client.brpop(["nothing", "queue:orders"], timeout=1)[1] == b"second"
    assert client.brpop("queue:orders", timeout=0.05) is None


def test_who_is_subscribed_and_waits_gets_a_message_both_ways(server, client, protocol):
    consumer = Consumer(server.client(protocol=protocol), "queue:alerts")
    with client.pubsub() as pubsub:
        subscribed(pubsub, channels=["alerts"])
        eventually(lambda: blocked_clients(client) == 1, "the consumer waits")
        # The waiting client takes its element once the transaction is over.
        assert publish(client, "alerts", "fire") == [1, 1]
        assert next_message(pubsub) == ("message", None, b"alerts", b"fire")
        messages = [f"message {number}" for number in range(100)]
        for message in [*messages, "stop"]:
            publish(client, "alerts", message)
        consumer.join(PATIENCE_SECONDS)
        assert not consumer.is_alive()
        expected = ["fire", *messages, "stop"]
        assert [taken[1].decode() for taken in consumer.received] == expected
        assert [next_message(pubsub)[3].decode() for _ in messages] == messages
    assert client.llen("queue:alerts") == 0


def test_consumers_share_what_is_pushed(server, client, protocol):
    consumers = [Consumer(server.client(protocol=protocol), "queue:work") for _ in range(3)]
    eventually(lambda: blocked_clients(client) == 3, "the consumers wait")
    assert client.lpush("queue:work", *range(30)) == 30
    eventually(lambda: client.llen("queue:work") == 0, "all is taken")
    client.lpush("queue:work", "stop", "stop", "stop")
    for consumer in consumers:
        consumer.join(PATIENCE_SECONDS)
        assert not consumer.is_alive()
    taken = [element for consumer in consumers for _, element in consumer.received]
    assert sorted(int(element) for element in taken if element != b"stop") == list(range(30))
    assert taken.count(b"stop") == 3
