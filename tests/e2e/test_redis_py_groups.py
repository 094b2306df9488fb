"""Groups of consumers through redis-py."""

import os

import pytest
import redis

ahead_of_redis = pytest.mark.skipif(
    "SERVER_BINARY" in os.environ, reason="it came after the Redis that proves the tests"
)


@pytest.fixture
def stream(client, request):
    """A stream's name of one test."""
    name = request.node.name
    client.delete(name)
    return name


def entries_of(reply):
    """The entries of the only stream of a reply, which redis-py shapes by the protocol."""
    if not reply:
        return []
    if isinstance(reply, dict):
        [[entries]] = reply.values()
    else:
        [[_, entries]] = reply
    return entries


def test_a_group_shares_the_work(client, stream):
    assert client.xgroup_create(stream, "workers", id="0", mkstream=True)
    with pytest.raises(redis.ResponseError, match="^BUSYGROUP|Consumer Group name already exists"):
        client.xgroup_create(stream, "workers", id="0")
    ids = [client.xadd(stream, {"job": number}) for number in range(6)]
    alice = entries_of(client.xreadgroup("workers", "alice", {stream: ">"}, count=4))
    bob = entries_of(client.xreadgroup("workers", "bob", {stream: ">"}, count=4))
    assert [entry_id for entry_id, _ in alice + bob] == ids
    assert (len(alice), len(bob)) == (4, 2)
    assert not client.xreadgroup("workers", "alice", {stream: ">"})
    assert client.xack(stream, "workers", ids[0], ids[1]) == 2
    summary = client.xpending(stream, "workers")
    assert (summary["pending"], summary["min"], summary["max"]) == (4, ids[2], ids[5])
    assert summary["consumers"] == [
        {"name": b"alice", "pending": 2},
        {"name": b"bob", "pending": 2},
    ]
    [row] = client.xpending_range(stream, "workers", "-", "+", 1)
    assert (row["message_id"], row["consumer"], row["times_delivered"]) == (ids[2], b"alice", 1)
    mine = entries_of(client.xreadgroup("workers", "alice", {stream: "0"}))
    assert [entry_id for entry_id, _ in mine] == ids[2:4]


def test_work_of_others_is_taken_over(client, stream):
    client.xgroup_create(stream, "workers", id="0", mkstream=True)
    ids = [client.xadd(stream, {"job": number}) for number in range(5)]
    client.xreadgroup("workers", "alice", {stream: ">"})
    assert client.xclaim(stream, "workers", "bob", 0, [ids[0]]) == [(ids[0], {b"job": b"0"})]
    assert client.xclaim(stream, "workers", "bob", 0, [ids[1]], justid=True) == [ids[1]]
    client.xdel(stream, ids[2])
    start, entries, deleted = client.xautoclaim(stream, "workers", "carol", 0, "0-0", count=4)
    assert (start, [entry_id for entry_id, _ in entries], deleted) == (
        ids[4],
        [ids[0], ids[1], ids[3]],
        [ids[2]],
    )
    rows = client.xpending_range(stream, "workers", "-", "+", 9)
    assert [row["times_delivered"] for row in rows] == [3, 2, 2, 1]
    assert client.xgroup_delconsumer(stream, "workers", "carol") == 3


def test_streams_and_groups_tell_about_themselves(client, stream):
    client.xgroup_create(stream, "workers", id="0", mkstream=True)
    first = client.xadd(stream, {"job": 1})
    last = client.xadd(stream, {"job": 2})
    client.xreadgroup("workers", "alice", {stream: ">"}, count=1)
    assert client.xgroup_createconsumer(stream, "workers", "bob") == 1
    facts = client.xinfo_stream(stream)
    assert (facts["length"], facts["groups"], facts["entries-added"]) == (2, 1, 2)
    assert facts["first-entry"] == (first, {b"job": b"1"})
    assert facts["last-generated-id"] == last
    [group] = client.xinfo_groups(stream)
    assert (group["name"], group["consumers"], group["pending"]) == (b"workers", 2, 1)
    assert (group["entries-read"], group["lag"]) == (1, 1)
    alice, bob = client.xinfo_consumers(stream, "workers")
    assert (alice["name"], alice["pending"]) == (b"alice", 1)
    assert (bob["name"], bob["pending"], bob["inactive"]) == (b"bob", 0, -1)
    full = client.xinfo_stream(stream, full=True)
    assert full["length"] == 2
    assert client.xgroup_setid(stream, "workers", "$")
    assert client.xinfo_groups(stream)[0]["last-delivered-id"] == last
    assert client.xgroup_destroy(stream, "workers")
    assert client.xinfo_groups(stream) == []


def test_entries_are_deleted_with_their_references(client, stream):
    client.xgroup_create(stream, "workers", id="0", mkstream=True)
    ids = [client.xadd(stream, {"job": number}) for number in range(3)]
    client.xreadgroup("workers", "alice", {stream: ">"}, count=2)
    assert client.xdelex(stream, ids[0], ids[2], ref_policy="ACKED") == [2, 2]
    assert client.xackdel(stream, "workers", ids[0], ref_policy="ACKED") == [1]
    assert client.xdelex(stream, ids[1], ref_policy="DELREF") == [1]
    assert client.xpending(stream, "workers")["pending"] == 0
    assert client.xlen(stream) == 1


@ahead_of_redis
def test_a_worker_claims_what_others_gave_back_and_then_reads_what_is_new(client, stream):
    client.xgroup_create(stream, "workers", id="0", mkstream=True)
    ids = [client.xadd(stream, {"job": number}) for number in range(3)]
    client.xreadgroup("workers", "alice", {stream: ">"}, count=2)
    assert client.xnack(stream, "workers", "FAIL", ids[1]) == 1
    read = entries_of(client.xreadgroup("workers", "bob", {stream: ">"}, claim_min_idle_time=10**9))
    assert [entry[:2] for entry in read] == [
        (ids[1], {b"job": b"1"}),
        (ids[2], {b"job": b"2"}),
    ]
    # What was given back was delivered at no time, and new entries never.
    assert [[int(number) for number in entry[2:]] for entry in read] == [[-1, 1], [0, 0]]
    rows = client.xpending_range(stream, "workers", "-", "+", 10)
    owners = [(row["consumer"], row["times_delivered"]) for row in rows]
    assert owners == [(b"alice", 1), (b"bob", 2), (b"bob", 1)]


@ahead_of_redis
def test_an_entry_that_is_sent_twice_is_added_once(client, stream):
    first = client.xadd(stream, {"job": 1}, idmp=("producer", b"1"))
    assert client.xadd(stream, {"job": 1}, idmp=("producer", b"1")) == first
    automatic = client.xadd(stream, {"job": 1}, idmpauto="other")
    assert client.xadd(stream, {"job": 1}, idmpauto="other") == automatic
    assert client.xlen(stream) == 2
    assert client.xcfgset(stream, idmp_duration=5, idmp_maxsize=1)
    info = client.xinfo_stream(stream)
    assert (info["idmp-duration"], info["iids-tracked"], info["iids-duplicates"]) == (5, 0, 2)
