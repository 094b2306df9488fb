"""Streams through redis-py."""

import threading

import pytest
import redis


@pytest.fixture
def stream(client, request):
    """A stream's name of one test."""
    name = request.node.name
    client.delete(name)
    return name


def test_entries_are_added_and_read_in_order(client, stream):
    ids = [client.xadd(stream, {"number": number, "text": "Größe"}) for number in range(5)]
    assert ids == sorted(ids, key=lambda entry: tuple(map(int, entry.split(b"-"))))
    assert client.xlen(stream) == 5
    entry = (ids[1], {b"number": b"1", b"text": "Größe".encode()})
    assert client.xrange(stream, ids[1], ids[1]) == [entry]
    assert [entry_id for entry_id, _ in client.xrange(stream, count=3)] == ids[:3]
    assert [entry_id for entry_id, _ in client.xrevrange(stream, count=2)] == ids[:2:-1]
    assert client.xdel(stream, ids[0], ids[4]) == 2
    assert client.xtrim(stream, maxlen=2, approximate=False) == 1
    assert client.xlen(stream) == 2
    with pytest.raises(redis.ResponseError, match="equal or smaller than the target stream"):
        client.xadd(stream, {"a": 1}, id="1-1")


def test_readers_wait_for_entries(server, client, stream):
    read = []

    def wait():
        with server.client() as reader:
            read.append(reader.xread({stream: "$"}, block=30_000))

    client.xadd(stream, {"a": "before"}, id="1-1")
    thread = threading.Thread(target=wait)
    thread.start()
    while client.info("clients")["blocked_clients"] == 0:
        pass
    client.xadd(stream, {"a": "after"}, id="2-1")
    thread.join()
    assert read[0] in (
        [[stream.encode(), [(b"2-1", {b"a": b"after"})]]],
        {stream.encode(): [[(b"2-1", {b"a": b"after"})]]},
    )
    assert not client.xread({stream: "2-1"}, block=1)


def test_a_pipeline_of_stream_commands(client, stream):
    with client.pipeline() as pipe:
        for number in range(3):
            pipe.xadd(stream, {"n": number}, id=f"{number + 1}-0", maxlen=2, approximate=False)
        pipe.xlen(stream)
        pipe.xrange(stream)
        *ids, length, entries = pipe.execute()
    assert ids == [b"1-0", b"2-0", b"3-0"]
    assert length == 2
    assert entries == [(b"2-0", {b"n": b"1"}), (b"3-0", {b"n": b"2"})]
