"""Streams in `redis-cli` and `fanfare-cli`: what users see."""

import pytest

from cli import pipe


@pytest.fixture(params=["redis-cli", "fanfare-cli"])
def cli(request, server):
    """Either command-line client, and a stream with a group."""
    with server.client() as client:
        client.delete("s")
        client.xadd("s", {"sensor_id": "1234", "temperature": "25.5"}, id="1-1")
        client.xadd("s", {"sensor_id": "1234", "note": 'Größe "x"'}, id="2-0")
        client.xgroup_create("s", "g", id="0")
    return lambda *arguments: pipe(request.param, server, *arguments).stdout


def test_ranges(cli):
    assert cli("--no-raw", "xrange", "s", "-", "+") == (
        '1) 1) "1-1"\n'
        '   2) 1) "sensor_id"\n'
        '      2) "1234"\n'
        '      3) "temperature"\n'
        '      4) "25.5"\n'
        '2) 1) "2-0"\n'
        '   2) 1) "sensor_id"\n'
        '      2) "1234"\n'
        '      3) "note"\n'
        '      4) "Gr\\xc3\\xb6\\xc3\\x9fe \\"x\\""\n'
    )
    assert cli("xrevrange", "s", "+", "(1-1") == '2-0\nsensor_id\n1234\nnote\nGröße "x"\n'
    assert cli("--json", "xrange", "s", "-", "1") == (
        '[["1-1",["sensor_id","1234","temperature","25.5"]]]\n'
    )
    assert cli("--csv", "xrange", "s", "-", "1") == (
        '"1-1","sensor_id","1234","temperature","25.5"\n'
    )
    assert cli("--no-raw", "xrange", "s", "5", "+") == "(empty array)\n"


def test_readers(cli):
    assert cli("--no-raw", "xread", "count", "1", "streams", "s", "0") == (
        '1) 1) "s"\n'
        '   2) 1) 1) "1-1"\n'
        '         2) 1) "sensor_id"\n'
        '            2) "1234"\n'
        '            3) "temperature"\n'
        '            4) "25.5"\n'
    )
    words = ["xreadgroup", "group", "g", "me", "count", "1", "streams", "s", ">"]
    assert cli("--no-raw", "-3", *words) == (
        '1# "s" => \n'
        '   1) 1) "1-1"\n'
        '      2) 1) "sensor_id"\n'
        '         2) "1234"\n'
        '         3) "temperature"\n'
        '         4) "25.5"\n'
    )
    assert cli("--no-raw", "xread", "block", "1", "streams", "s", "$") == "(nil)\n"
    assert cli("--no-raw", "xpending", "s", "g") == (
        '1) (integer) 1\n2) "1-1"\n3) "1-1"\n4) 1) 1) "me"\n      2) "1"\n'
    )


def test_facts(cli):
    facts = cli("--no-raw", "xinfo", "groups", "s")
    assert facts == (
        '1)  1) "name"\n'
        '    2) "g"\n'
        '    3) "consumers"\n'
        "    4) (integer) 0\n"
        '    5) "pending"\n'
        "    6) (integer) 0\n"
        '    7) "last-delivered-id"\n'
        '    8) "0-0"\n'
        '    9) "entries-read"\n'
        "   10) (nil)\n"
        '   11) "lag"\n'
        "   12) (integer) 2\n"
    )
    assert cli("--no-raw", "-3", "xinfo", "groups", "s") == (
        '1) 1# "name" => "g"\n'
        '   2# "consumers" => (integer) 0\n'
        '   3# "pending" => (integer) 0\n'
        '   4# "last-delivered-id" => "0-0"\n'
        '   5# "entries-read" => (nil)\n'
        '   6# "lag" => (integer) 2\n'
    )
    lines = cli("--no-raw", "xinfo", "stream", "s").splitlines()
    # How it is kept is the server's own matter.
    assert lines[:2] == [' 1) "length"', " 2) (integer) 2"]
    assert lines[6:] == [
        ' 7) "last-generated-id"',
        ' 8) "2-0"',
        ' 9) "max-deleted-entry-id"',
        '10) "0-0"',
        '11) "entries-added"',
        "12) (integer) 2",
        '13) "recorded-first-entry-id"',
        '14) "1-1"',
        '15) "groups"',
        "16) (integer) 1",
        '17) "first-entry"',
        '18) 1) "1-1"',
        '    2) 1) "sensor_id"',
        '       2) "1234"',
        '       3) "temperature"',
        '       4) "25.5"',
        '19) "last-entry"',
        '20) 1) "2-0"',
        '    2) 1) "sensor_id"',
        '       2) "1234"',
        '       3) "note"',
        '       4) "Gr\\xc3\\xb6\\xc3\\x9fe \\"x\\""',
    ]
