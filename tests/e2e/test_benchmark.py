"""`fanfare-benchmark` against the server: nothing is lost, whatever subscribers ask for."""

import json
import subprocess

import pytest

from harness import PATIENCE_SECONDS, binary


def benchmark(*arguments) -> str:
    """Runs the benchmark to its end."""
    return subprocess.run(
        [binary("FANFARE_BENCHMARK", "fanfare-benchmark"), *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_SECONDS,
    ).stdout


@pytest.mark.parametrize("by", ["channel", "pattern", "shard"])
@pytest.mark.parametrize("version", [[], ["--resp3"]], ids=["RESP2", "RESP3"])
def test_every_delivery_is_counted(server, by, version):
    load = ["-S", 20, "-c", 3, "-C", 4, "-n", 600, "-P", 16, "--by", by, *version]
    report = benchmark("fanout", "-p", server.port, "-q", "--json", "-", *load)
    (measured,) = json.loads(report)["servers"]
    median = measured["median"]
    assert (median["messages"], median["lost"]) == (600, 0)
    # Twenty subscribers of one of four channels each: five hear every message.
    assert median["deliveries"] == 600 * 5
    assert median["server_cpu_ns_per_delivery"] > 0


def test_the_report_is_a_table_and_a_page(server, tmp_path):
    page = tmp_path / "report.html"
    shown = benchmark("fanout", "-p", server.port, "-q", "-n", 100, "-S", 5, "--html", page)
    assert "deliveries" in shown
    html = page.read_text()
    assert "<svg" in html
    assert "http://" not in html.replace("http://www.w3.org/", "")


def test_single_commands(server):
    shown = benchmark("commands", "-p", server.port, "-q", "-t", "ping", "-n", 2000, "-P", 16)
    assert "ping" in shown.lower()
