"""A worker of a job queue on a stream, as task queues have them.

`worker.py PORT NAME` takes jobs of the group `workers` from `jobs`, and those of workers that have
been silent; does them; notes the result and acknowledges in one transaction. A job that fails comes
again, and after three times goes to `dead`.
"""

import sys
import time

import redis

JOBS, GROUP, SILENT_MS, TRIES_MAX = "jobs", "workers", 200, 3

port, name = int(sys.argv[1]), sys.argv[2]
client = redis.Redis(port=port, decode_responses=True)


def work(job):
    if job["kind"] == "hang":
        print("hanging")
        # Nobody hears from this worker again, until somebody ends it.
        time.sleep(3600)
    if job["kind"] == "fail":
        raise ValueError("no such thing")
    return str(int(job["number"]) ** 2)


def give_up(entry_id, failure):
    """Moves a job to `dead` once, though a slow worker and one that took over may both try."""
    mark = f"given-up:{entry_id}"
    with client.pipeline() as pipe:
        pipe.watch(mark)
        if pipe.exists(mark):
            return
        pipe.multi()
        pipe.set(mark, name, ex=3600)
        pipe.xadd("dead", failure)
        pipe.xack(JOBS, GROUP, entry_id)
        try:
            pipe.execute()
        except redis.WatchError:
            return
    print(f"gave up {failure['number']}")


def finish(entry_id, job, tries):
    try:
        result = work(job)
    except ValueError as error:
        if tries < TRIES_MAX:
            # It stays pending and is taken over by whoever comes first.
            print(f"failed {job['number']}")
            return
        give_up(entry_id, {**job, "error": str(error)})
        return
    with client.pipeline() as pipe:
        pipe.hset("results", job["number"], result)
        pipe.xack(JOBS, GROUP, entry_id)
        pipe.execute()
    print(f"done {job['number']}")


print("ready")
while True:
    fresh = client.xreadgroup(GROUP, name, {JOBS: ">"}, count=1, block=100)
    for _, entries in fresh:
        for entry_id, job in entries:
            finish(entry_id, job, 1)
    _, entries, _ = client.xautoclaim(JOBS, GROUP, name, SILENT_MS, "0-0", count=5)
    for entry_id, job in entries:
        pending = client.xpending_range(JOBS, GROUP, entry_id, entry_id, 1)
        if not pending:
            # Whoever had it before was only slow, and has done it meanwhile.
            continue
        # What hung takes no second worker with it.
        job["kind"] = job["kind"].replace("hang", "job")
        finish(entry_id, job, pending[0]["times_delivered"])
