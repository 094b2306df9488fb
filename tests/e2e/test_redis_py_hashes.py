"""Hashes through redis-py, as applications keep messages and profiles in them."""

import json
import time

import pytest
import redis


def test_a_message_is_kept_in_a_hash_while_it_is_published(server, protocol):
    """The half of the guide's hybrid storage that keeps each message by its number."""
    message = json.dumps({"id": "42", "data": {"text": "good morning"}})
    with server.client(protocol=protocol, decode_responses=True) as client:
        with client.pipeline() as pipe:
            pipe.hset("message:42", mapping={"data": message, "channel": "news"})
            pipe.expire("message:42", 3600)
            assert pipe.execute() == [2, True]
        assert client.publish("news", message) == 0
        assert client.hgetall("message:42") == {"data": message, "channel": "news"}
        assert client.hget("message:42", "channel") == "news"
        assert 3590 < client.ttl("message:42") <= 3600
        assert client.delete("message:42") == 1


def test_a_hash_of_any_size_is_walked_through(client):
    for size in (10, 5000):
        fields = {f"field:{number}".encode(): str(number).encode() for number in range(size)}
        assert client.hset("large", mapping=fields) == size
        assert dict(client.hscan_iter("large", count=100)) == fields
        names = list(client.hscan_iter("large", match="field:1*", no_values=True))
        assert set(names) == {name for name in fields if name.startswith(b"field:1")}
        drawn = client.hrandfield("large", 7)
        assert len(set(drawn)) == 7
        assert set(drawn) <= set(fields)
        assert client.delete("large") == 1


def test_numbers_are_counted_in_fields(client):
    client.delete("counters")
    assert client.hincrby("counters", "visits", 5) == 5
    assert client.hincrby("counters", "visits", -7) == -2
    assert client.hincrbyfloat("counters", "price", 0.1) == 0.1
    assert client.hincrbyfloat("counters", "price", 0.2) == 0.3
    with pytest.raises(redis.ResponseError, match="^value is not an integer or out of range$"):
        client.hincrby("counters", "visits", "many")


def test_fields_expire(client):
    client.delete("session")
    client.hset("session", mapping={"user": "ann", "token": "secret", "cart": "3"})
    at = int(time.time()) + 1000
    assert client.hexpireat("session", at, "token", "nothing") == [1, -2]
    assert client.hexpiretime("session", "token", "user", "nothing") == [at, -1, -2]
    assert client.hexpire("session", 10, "token", gt=True) == [0]
    assert client.hpersist("session", "token") == [1]
    assert client.hpexpire("session", 0, "token") == [2]
    assert client.hgetall("session") == {b"user": b"ann", b"cart": b"3"}
    assert client.hsetex("session", mapping={"code": "1234"}, ex=1000) == 1
    assert client.hgetex("session", "code", persist=True) == [b"1234"]
    assert client.httl("session", "code") == [-1]
    assert client.hgetdel("session", "code", "cart") == [b"1234", b"3"]
    assert client.hkeys("session") == [b"user"]
