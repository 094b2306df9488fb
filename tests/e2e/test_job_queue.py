"""A job queue on a stream: workers in processes of their own, one of which is killed at work."""

import sys

from harness import TESTS, eventually

JOBS = 200


def test_every_job_is_done_though_workers_die(own_server, run):
    server = own_server()
    with server.client(decode_responses=True) as client:
        client.xgroup_create("jobs", "workers", id="0", mkstream=True)
        victim = run(sys.executable, TESTS / "worker.py", server.port, "victim")
        victim.expect("^ready$")
        client.xadd("jobs", {"kind": "hang", "number": 0})
        victim.expect("^hanging$")
        workers = [
            run(sys.executable, TESTS / "worker.py", server.port, f"worker-{number}")
            for number in range(3)
        ]
        for worker in workers:
            worker.expect("^ready$")
        victim.end()
        with client.pipeline() as pipe:
            for number in range(1, JOBS):
                kind = "fail" if number % 50 == 0 else "job"
                pipe.xadd("jobs", {"kind": kind, "number": number})
            pipe.execute()
        failing = [number for number in range(1, JOBS) if number % 50 == 0]
        done = JOBS - len(failing)
        eventually(lambda: client.hlen("results") == done, "all jobs are done")
        eventually(lambda: client.xlen("dead") == len(failing), "the others are given up")
        eventually(
            lambda: client.xpending("jobs", "workers")["pending"] == 0, "everything is acknowledged"
        )
        results = client.hgetall("results")
        assert results["0"] == "0"
        assert all(int(result) == int(number) ** 2 for number, result in results.items())
        dead = [int(fields["number"]) for _, fields in client.xrange("dead")]
        assert sorted(dead) == failing
        [group] = client.xinfo_groups("jobs")
        assert (group["entries-read"], group["lag"]) == (JOBS, 0)
