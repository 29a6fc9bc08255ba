import logging
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from portal.storage.image_process import Limits
from portal.storage.kinds import PictureKind
from portal.storage.outcome import ImageFault
from tests.hostile_pictures import pixel_bomb, scan_bomb
from tests.pictures import corners, encoded
from tests.storage.children import SOON, Opener, ask, children, fault_of


def test_default_limits_are_those_we_promise():
    limits = Limits()

    assert (limits.memory_mb, limits.cpu_seconds, limits.wall_seconds) == (900, 10, 20)


def test_memory_is_limited_and_the_next_picture_works(open_pool: Opener):
    pool = open_pool(Limits(memory_mb=300))

    assert ask(pool, "hoard 100") == 100 * 1024 * 1024
    assert fault_of(pool, "hoard 400") is ImageFault.TOO_SLOW
    assert ask(pool, "nap 0")


def test_real_picture_that_needs_more_memory_than_it_may_is_refused(open_pool: Opener):
    large = pixel_bomb(7000)

    assert (
        fault_of(open_pool(Limits(memory_mb=200), program="portal.storage.image_child"), large) is ImageFault.TOO_SLOW
    )
    assert open_pool(program="portal.storage.image_child").reencode(large, PictureKind.PNG).width > 1000


def test_large_photo_is_decoded_at_half_its_size(open_pool: Opener):
    photo = encoded(Image.new("RGB", (8064, 6048), "white"), "JPEG")
    pool = open_pool(Limits(memory_mb=220), program="portal.storage.image_child")

    assert pool.reencode(photo, PictureKind.JPEG).width == 3265


def test_real_picture_that_never_ends_is_given_up(open_pool: Opener):
    pool = open_pool(Limits(cpu_seconds=1, wall_seconds=60), program="portal.storage.image_child")

    assert fault_of(pool, scan_bomb()) is ImageFault.TOO_SLOW
    assert pool.reencode(encoded(corners()), PictureKind.PNG).width == 400


def test_cpu_time_is_counted_by_the_picture_not_by_the_child(open_pool: Opener):
    pool = open_pool(Limits(cpu_seconds=1, wall_seconds=60))
    for _ in range(3):
        ask(pool, "spin 0.8")
    (spun,) = children()

    assert fault_of(pool, "spin 15") is ImageFault.TOO_SLOW
    assert ask(pool, "nap 0")
    assert spun not in children()


def test_picture_that_only_waits_is_given_up_by_the_clock(open_pool: Opener):
    pool = open_pool(Limits(wall_seconds=1))
    began = time.monotonic()

    assert fault_of(pool, "nap 60") is ImageFault.TOO_SLOW
    assert time.monotonic() - began < SOON
    assert ask(pool, "nap 0")


def test_child_that_no_longer_reads_is_given_up_by_the_clock(open_pool: Opener):
    pool = open_pool(Limits(wall_seconds=1))
    ask(pool, "nap 0")
    (stuck,) = children()
    os.kill(stuck, signal.SIGSTOP)

    assert fault_of(pool, b"nap 0" + b" " * 12_000_000) is ImageFault.TOO_SLOW
    assert children() == {}


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        ("die SIGSEGV", ImageFault.DAMAGED),
        ("die SIGABRT", ImageFault.DAMAGED),
        ("die SIGTERM", ImageFault.FAILED),
        ("trip", ImageFault.FAILED),
        ("lie", ImageFault.FAILED),
        ("boast", ImageFault.FAILED),
        ("babble X", ImageFault.FAILED),
        ("babble \0\0\0\2\0\0\0\0[]", ImageFault.FAILED),
        ("babble \0\0\0\2\0\0\0\0{]", ImageFault.FAILED),
        ("babble \0\0\0\2\0\0\0\0{}", ImageFault.FAILED),
    ],
)
def test_child_that_breaks_or_is_taken_over_is_refused_and_replaced(open_pool: Opener, order: str, fault: ImageFault):
    pool = open_pool()
    ask(pool, "nap 0")
    (first,) = children()

    assert fault_of(pool, order) is fault
    assert ask(pool, "nap 0")
    assert first not in children()


def test_child_can_open_nothing_and_knows_no_secret(open_pool: Opener, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORTAL_SECRET_KEY", "a-secret")
    pool = open_pool()

    seen = ask(pool, "look")

    (pid,) = children()
    held = {entry.name for entry in Path(f"/proc/{pid}/fd").iterdir()}
    assert held == {"0", "1", "2"}
    assert {name: seen[name] for name in ("opens", "errors", "core", "written", "niceness", "flask")} == {
        "opens": "nothing",
        "errors": True,
        "core": [0, 0],
        "written": [0, 0],
        "niceness": os.nice(0) + 5,
        "flask": False,
    }
    assert set(seen["environment"]) <= {"LC_ALL", "LD_LIBRARY_PATH", "MALLOC_ARENA_MAX", "PATH", "PYTHONPATH"}
    assert os.getsid(pid) != os.getsid(0)  # Ctrl-C does not reach it


def test_child_that_does_not_start_is_our_fault_and_said_so(
    open_pool: Opener, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    pool = open_pool(program="tests.storage.no_such_child")

    with caplog.at_level(logging.ERROR):
        assert fault_of(pool, "nap 0") is ImageFault.FAILED

    assert "exit code 1" in caplog.text
    assert "No module named" in capfd.readouterr().err
    assert children() == {}


def test_interpreter_that_is_gone_is_our_fault(open_pool: Opener, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert fault_of(open_pool(), "nap 0") is ImageFault.FAILED
