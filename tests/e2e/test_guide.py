"""Programs as a first tutorial has them: the same client calls in the same order.

They connect to `localhost`, which may be either address family.
"""

import json
import sys

import pytest

from harness import TESTS, eventually, tool

GUIDE = TESTS / "guide"


@pytest.fixture
def python(run, server):
    """Starts a Python program of the tutorial."""
    return lambda name, *more: run(sys.executable, GUIDE / name, server.port, *more)


@pytest.fixture
def node(run, server):
    """Starts a Node program of the tutorial."""
    return lambda name: run(tool("node"), GUIDE / name, server.port, cwd=TESTS)


def test_python_publisher_without_subscribers(python):
    publisher = python("publisher.py")
    publisher.expect("^metrics:system -> 0$")
    publisher.expect("^metrics:system -> 0$")
    publisher.interrupt()
    publisher.expect("^stopped$")
    assert publisher.wait() == 0
    assert publisher.lines[:5] == [
        "notifications -> 0",
        "events:users -> 0",
        "alerts:critical -> 0",
        "alerts:email -> 0",
        "alerts:slack -> 0",
    ]


def test_python_publisher_and_subscriber(python):
    subscriber = python("subscriber.py")
    for name in ["notifications", "events:users", r"alerts:\*", r"metrics:\*"]:
        subscriber.expect(f"^subscribed {name}$")
    publisher = python("publisher.py")
    subscriber.expect("^None notifications maintenance at midnight$")
    subscriber.expect("^None events:users {'type': 'signup', 'user': 12345}$")
    for channel in ["critical", "email", "slack"]:
        subscriber.expect(rf"^alerts:\* alerts:{channel} {{'severity': 'critical'}}$")
    for _ in range(3):
        subscriber.expect(r"^metrics:\* metrics:system {'cpu': 45.2}$")
    publisher.interrupt()
    assert publisher.wait() == 0
    assert all(line.endswith(" -> 1") for line in publisher.lines[:-1])
    subscriber.process.terminate()
    subscriber.expect("^closed$")
    # Its exit status is redis-py's: closing under a read that the signal broke off may raise.
    subscriber.wait()


def test_python_robust_subscriber_lives_through_silence_and_restart(own_server, run):
    server = own_server()
    subscriber = run(sys.executable, GUIDE / "robust_subscriber.py", server.port)
    subscriber.expect("^connected$")
    subscriber.expect("^subscribe orders 1$")
    subscriber.expect("^subscribe payments 2$")
    with server.client() as client:
        assert client.publish("orders", "first") == 1
    subscriber.expect("^message orders first$")
    server.kill()
    server.start()
    subscriber.expect("^subscribe payments 2$")
    with server.client() as client:
        assert client.publish("payments", "second") == 1
    subscriber.expect("^message payments second$")


def test_python_stream_producer_and_consumer(python, server):
    before = python("streams.py")
    first = before.expect(r"^added (\d+-\d+)$")[1]
    assert before.wait() == 0
    consumer = python("streams.py", "consume")
    consumer.expect("^listening$")
    # What was added before anybody listened is not lost.
    consumer.expect(f"^acknowledged {first}$")
    after = python("streams.py")
    second = after.expect(r"^added (\d+-\d+)$")[1]
    event = json.loads(consumer.expect(f"^processing {second} (.*)$")[1])
    assert event["order_id"] == "12345"
    assert list(event) == ["event_type", "order_id", "customer_id", "amount", "timestamp"]
    consumer.expect(f"^acknowledged {second}$")
    again = python("streams.py", "consume")
    again.expect("^listening$")
    with server.client(decode_responses=True) as client:
        assert client.xpending("events_stream", "order_processors")["pending"] == 0
        assert client.xlen("events_stream") == 2


def test_node_publisher_and_subscriber(node, server):
    subscriber = node("subscriber.js")
    subscriber.expect("^ready$")
    subscriber.expect("^listening$")
    publisher = node("publisher.js")
    publisher.expect("^connect$")
    publisher.expect("^ready$")
    subscriber.expect("^notifications update completed$")
    subscriber.expect('^events:commerce {"action":"purchase","amount":99.99}$')
    for channel in ["email", "slack", "pager"]:
        subscriber.expect(f'^alerts:{channel} {{"severity":"critical"}}$')
    for _ in range(3):
        subscriber.expect('^metrics:api {"latency":51.5}$')
    publisher.interrupt()
    publisher.expect("^quit$")
    assert publisher.wait() == 0
    published = [line for line in publisher.lines if "->" in line]
    assert len(published) >= 8
    assert all(line.endswith(" -> 1") for line in published)
    subscriber.interrupt()
    subscriber.expect("^quit$")
    assert subscriber.wait() == 0
    with server.client() as client:
        eventually(lambda: client.pubsub_numpat() == 0, "nothing is left subscribed")
