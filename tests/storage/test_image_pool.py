import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portal.storage.image_process import Limits
from portal.storage.kinds import PictureKind
from portal.storage.outcome import ImageFault
from tests.pictures import corners, encoded
from tests.storage.children import SOON, Opener, ask, children, fault_of, is_alive, wait_until

PROJECT = Path(__file__).parents[2]


def test_nothing_runs_before_the_first_picture_and_one_child_serves_the_next(open_pool: Opener):
    pool = open_pool()
    assert children() == {}

    ask(pool, "nap 0")
    (first,) = children()
    ask(pool, "nap 0")

    assert list(children()) == [first]


def test_child_that_is_killed_at_work_costs_one_picture_only(open_pool: Opener):
    pool = open_pool()
    with ThreadPoolExecutor(1) as threads:
        refused = threads.submit(fault_of, pool, "nap 60")
        wait_until(children)
        (victim,) = children()
        time.sleep(1)  # long enough to have the picture in hand
        os.kill(victim, signal.SIGKILL)

        assert refused.result(SOON) is ImageFault.FAILED

    assert children() == {}
    assert ask(pool, "nap 0")
    assert victim not in children()


def test_child_that_died_at_rest_costs_nothing(open_pool: Opener):
    pool = open_pool()
    ask(pool, "nap 0")
    (victim,) = children()
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: not is_alive(victim))

    assert ask(pool, "nap 0")
    assert victim not in children()


def test_child_that_hangs_up_before_it_has_the_picture_is_replaced_without_a_word(open_pool: Opener):
    pool = open_pool()
    ask(pool, "nap 0")
    (victim,) = children()
    os.kill(victim, signal.SIGSTOP)
    large = b"nap 0" + b" " * 4_000_000
    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(pool.reencode, large, PictureKind.PNG)
        time.sleep(0.2)
        os.kill(victim, signal.SIGKILL)

        assert done.result(SOON).width == 1

    assert victim not in children()


def test_two_pictures_at_a_time_and_no_more(open_pool: Opener):
    pool = open_pool()
    with ThreadPoolExecutor(6) as threads:
        spans = list(threads.map(lambda _: ask(pool, "nap 0.3"), range(6)))

    moments = sorted([(began, 1) for began, _ in spans] + [(ended, -1) for _, ended in spans])
    at_once = [sum(step for _, step in moments[: upto + 1]) for upto in range(len(moments))]
    assert (max(at_once), len(children())) == (2, 2)


def test_who_waits_too_long_for_a_turn_is_told_to_try_again(open_pool: Opener):
    pool = open_pool(at_once=1, queue_seconds=0.1)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(ask, pool, "nap 1.5")
        wait_until(children)

        assert fault_of(pool, "nap 0") is ImageFault.FAILED
        assert first.result(SOON)


def test_each_of_many_threads_gets_its_own_picture_back(open_pool: Opener):
    pool = open_pool(program="portal.storage.image_child")
    sizes = [(20 + number, 30 + number % 7) for number in range(60)]
    barrier = threading.Barrier(12)

    def make(size: tuple[int, int]) -> tuple[int, int]:
        if size in sizes[:12]:
            barrier.wait(SOON)
        picture = pool.reencode(encoded(corners(size)), PictureKind.PNG)
        return picture.width, picture.height

    with ThreadPoolExecutor(12) as threads:
        assert list(threads.map(make, sizes)) == sizes
    assert len(children()) == 2


def test_child_is_replaced_after_its_share_of_pictures(open_pool: Opener):
    pool = open_pool(Limits(pictures_a_child=2))
    served_by = []
    for _ in range(4):
        ask(pool, "nap 0")
        served_by.append(tuple(children()))

    assert len(set(served_by)) >= 2
    assert served_by[1] == () == served_by[3]


def test_closed_pool_has_no_children_and_opens_again(open_pool: Opener):
    pool = open_pool()
    ask(pool, "nap 0")
    with ThreadPoolExecutor(1) as threads:
        at_work = threads.submit(ask, pool, "nap 0.5")
        time.sleep(0.1)
        pool.close()
        pool.close()

        assert at_work.result(SOON)

    assert children() == {}
    assert ask(pool, "nap 0")
    assert len(children()) == 1


def run(program: str) -> subprocess.Popen[str]:
    start = """
import os, threading, time
from portal.storage.image_pool import ImagePool
from tests.storage.children import ODD, ask, children, wait_until
"""
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", start + program]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)


def test_children_leave_when_the_portal_is_killed():
    program = """
pool = ImagePool(program=ODD)
threads = [threading.Thread(target=ask, args=(pool, "nap 1")) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(*children(), flush=True)
time.sleep(60)
"""
    with run(program) as portal:
        assert portal.stdout
        pids = [int(pid) for pid in portal.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(is_alive, pids))
        portal.kill()

    wait_until(lambda: not any(map(is_alive, pids)))


def test_children_leave_with_a_portal_that_ends_in_peace():
    program = """
from portal.storage import images
from tests.pictures import corners, encoded
images.check_and_reencode(encoded(corners()))
print(*children(), flush=True)
"""
    with run(program) as portal:
        told, _ = portal.communicate(timeout=60)

    (pid,) = map(int, told.split())
    assert (portal.returncode, is_alive(pid)) == (0, False)


def test_portal_forked_while_a_picture_is_at_work_has_a_pool_of_its_own():
    program = """
pool = ImagePool(program=ODD, at_once=1, queue_seconds=1)
os.register_at_fork(after_in_child=pool.forget)

def holds_a_pipe(open_file):
    return "pipe" in os.path.realpath(f"/proc/self/fd/{open_file}")

at_work = threading.Thread(target=ask, args=(pool, "nap 3"))
at_work.start()
wait_until(children)
time.sleep(1)  # the child has the picture in hand, the thread holds a place in the pool
parents = set(children())
fork = os.fork()
if not fork:
    pipes = [open_file for open_file in range(3, 50) if holds_a_pipe(open_file)]
    own = ask(pool, "look") and set(children())
    pool.close()
    os._exit((len(own) != 1) + 2 * bool(own & parents) + 4 * bool(pipes))
_, status = os.waitpid(fork, 0)
at_work.join()
again = ask(pool, "nap 0") and set(children())
print(status, again == parents)
pool.close()
"""
    with run(program) as portal:
        told, _ = portal.communicate(timeout=60)

    assert (told, portal.returncode) == ("0 True\n", 0)
