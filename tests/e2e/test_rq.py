"""RQ: jobs in lists and hashes, results in streams, a worker in a process of its own."""

import sys

from rq import Queue
from rq.job import JobStatus

import rq_jobs
from harness import TESTS, eventually


def test_a_worker_does_what_is_queued(own_server, run):
    server = own_server()
    with server.client() as client:
        queue = Queue(connection=client)
        jobs = [queue.enqueue(rq_jobs.square, number) for number in range(20)]
        failing = queue.enqueue(rq_jobs.fail)
        after = queue.enqueue(rq_jobs.square, 7, depends_on=jobs[-1])
        assert len(queue) == 21
        worker = run(
            sys.executable, "-m", "rq.cli", "worker", "--url", server.url, env={"PYTHONPATH": TESTS}
        )
        eventually(lambda: after.get_status() == JobStatus.FINISHED, "the last job is done")
        assert [job.return_value() for job in jobs] == [number**2 for number in range(20)]
        assert after.return_value() == 49
        assert failing.get_status() == JobStatus.FAILED
        assert "no such thing" in failing.latest_result().exc_string
        assert queue.failed_job_registry.get_job_ids() == [failing.id]
        # A worker that waits hears of new work at once.
        late = queue.enqueue(rq_jobs.square, 9)
        eventually(lambda: late.get_status() == JobStatus.FINISHED, "the late job is done")
        worker.process.terminate()
        assert worker.wait() == 0
        eventually(lambda: client.scard("rq:workers") == 0, "the worker has said goodbye")
