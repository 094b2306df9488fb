"""Streams in `redis-cli` and `fanfare-cli`: what users see."""

import pytest

from cli import pipe


@pytest.fixture(params=["redis-cli", "fanfare-cli"])
def cli(request, server):
    """Either command-line client, and a stream."""
    with server.client() as client:
        client.delete("s")
        client.xadd("s", {"sensor_id": "1234", "temperature": "25.5"}, id="1-1")
        client.xadd("s", {"sensor_id": "1234", "note": 'Größe "x"'}, id="2-0")
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
    assert cli("--no-raw", "xread", "block", "1", "streams", "s", "$") == "(nil)\n"
