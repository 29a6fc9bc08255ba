import io
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from portal.errors import NotFound, PortalError
from portal.storage import store as stores
from portal.storage.store import BadKey, CouldNotKeep, Disk, Memory, NotKept, Store, new_key

KEY = "evidence/3f/9a/3f9a"
PROJECT = Path(stores.__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture(params=["disk", "memory"])
def store(request: pytest.FixtureRequest, root: Path) -> Store:
    return Disk(root) if request.param == "disk" else Memory()


@pytest.mark.parametrize("content", [b"", b"a picture", bytes(3_000_000)], ids=len)
def test_file_comes_back_as_it_was_put(store: Store, content: bytes):
    store.put(KEY, content)

    with store.open(KEY) as file:
        assert (store.get(KEY), file.read(), store.exists(KEY)) == (content, content, True)


def test_open_file_can_be_put_as_well_as_bytes(store: Store):
    store.put(KEY, io.BytesIO(b"a picture"))

    assert store.get(KEY) == b"a picture"


def test_second_file_under_a_key_takes_the_place_of_the_first(store: Store):
    store.put(KEY, b"the first, which is longer")
    store.put(KEY, b"the second")

    assert (store.get(KEY), list(store.keys())) == (b"the second", [KEY])


def test_file_that_is_not_kept_is_not_found(store: Store):
    store.put(KEY, b"a picture")

    for other in ("evidence/00/00/0000", "evidence/3f", f"{KEY}/deeper"):
        assert not store.exists(other)
        with pytest.raises(NotKept):
            store.get(other)
        with pytest.raises(NotKept):
            store.open(other)
    assert issubclass(NotKept, NotFound)


def test_deleted_file_is_gone_and_can_be_deleted_again(store: Store):
    store.put(KEY, b"a picture")

    store.delete(KEY)
    store.delete(KEY)
    store.delete("never/kept")

    assert (store.exists(KEY), list(store.keys())) == (False, [])


def test_keys_come_in_order_and_by_the_beginning_they_share(store: Store):
    for key in ("kept/aa/bb/aabb", "evidence/cd/00/cd00", "evidence/ab/ff/abff", "evidence/ab/00/ab00", "evident"):
        store.put(key, b"-")

    assert list(store.keys("evidence/")) == ["evidence/ab/00/ab00", "evidence/ab/ff/abff", "evidence/cd/00/cd00"]
    assert list(store.keys("evidence/ab/f")) == ["evidence/ab/ff/abff"]
    assert list(store.keys("evid")) == [*store.keys("evidence/"), "evident"]
    assert list(store.keys("nothing/here")) == []
    assert [*store.keys()] == [*store.keys("evid"), "kept/aa/bb/aabb"]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "..",
        "../outside",
        "evidence/../../outside",
        "evidence/./x",
        "/etc/passwd",
        "evidence//x",
        "evidence/",
        "evidence\\..\\x",
        "C:x",
        ".unfinished/x",
        "-rf",
        "Evidence/x",
        "evidence/x.jpg",
        "evidence/x\x00",
        "evidence/x\n",
        "evidence/\u202egpj",
        "evidence/é",
        "evidence/٣",
        "x" * 81,
    ],
)
def test_key_that_is_not_ours_is_refused_by_every_verb(store: Store, key: str):
    verbs = (store.get, store.open, store.exists, store.delete)

    with pytest.raises(BadKey):
        store.put(key, b"-")
    for verb in verbs:
        with pytest.raises(BadKey):
            verb(key)
    if key not in {"", "evidence/"}:  # as beginnings these two are fine
        with pytest.raises(BadKey):
            store.keys(key)


def test_new_keys_cannot_be_guessed_and_lie_two_folders_deep(store: Store):
    keys = {new_key("evidence") for _ in range(1000)}

    assert len(keys) == 1000
    kind, first, second, name = new_key("evidence").split("/")
    assert (kind, first + second, len(name)) == ("evidence", name[:4], 32)
    with pytest.raises(BadKey):
        new_key("../evidence")
    store.put(keys.pop(), b"-")


def test_only_the_portal_may_read_what_lies_on_the_disk(root: Path):
    before = os.umask(0)
    try:
        Disk(root).put(KEY, b"a picture")
    finally:
        os.umask(before)

    modes = {path.relative_to(root).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*")}
    folders = dict.fromkeys([".unfinished", "evidence", "evidence/3f", "evidence/3f/9a"], 0o700)
    assert modes == {**folders, KEY: 0o600}


def test_folder_that_is_served_to_everybody_is_refused():
    served = PROJECT / "portal" / "static" / "files"

    with pytest.raises(ValueError, match="served to everybody"):
        Disk(served)
    assert not served.exists()


def test_file_reaches_the_disk_before_its_name_does(root: Path, monkeypatch: pytest.MonkeyPatch):
    disk = Disk(root)
    flushed: list[tuple[str, bool]] = []
    really_flush = os.fsync

    def flush(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        flushed.append((kind, (root / KEY).exists()))
        really_flush(descriptor)

    monkeypatch.setattr(os, "fsync", flush)
    disk.put(KEY, b"a picture")

    assert (flushed[0], flushed[-1]) == (("file", False), ("folder", True))
    assert [kind for kind, _ in flushed].count("folder") == 4  # the three new folders' names, and the file's own


def test_full_disk_leaves_the_old_file_and_nothing_of_the_new(root: Path):
    program = f"""
import resource
from pathlib import Path
from portal.storage.store import CouldNotKeep, Disk
disk = Disk(Path({str(root)!r}))
disk.put({KEY!r}, b"the old one")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    disk.put({KEY!r}, bytes(1_000_000))
except CouldNotKeep as error:
    print(error, type(error.__cause__).__name__)
"""
    told = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert told.stdout == f"{KEY} OSError\n"
    assert (Disk(root).get(KEY), list((root / ".unfinished").iterdir())) == (b"the old one", [])
    assert issubclass(CouldNotKeep, PortalError)


def test_folder_without_rights_is_told_in_our_words(root: Path):
    disk = Disk(root)
    (root / "evidence").write_bytes(b"a file where the folder should be")

    with pytest.raises(CouldNotKeep):
        disk.put(KEY, b"a picture")
    assert list((root / ".unfinished").iterdir()) == []


def test_process_killed_while_it_writes_leaves_no_half_file(root: Path):
    program = f"""
import sys, time
from pathlib import Path
from portal.storage.store import Disk

class Slow:
    def read(self, size):
        print("writing", flush=True)
        time.sleep(0.05)
        return bytes(size)

Disk(Path({str(root)!r})).put({KEY!r}, Slow())
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        for _ in range(3):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)

    (leftover,) = (root / ".unfinished").iterdir()
    assert leftover.stat().st_size > 0
    assert (Disk(root).exists(KEY), list(Disk(root).keys()), leftover.exists()) == (False, [], True)
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(leftover, (two_days_ago, two_days_ago))
    Disk(root)
    assert not leftover.exists()


def test_readers_see_a_whole_file_while_others_replace_it(store: Store):
    whole = [bytes([letter]) * size for letter, size in ((65, 10), (66, 200_000), (67, 70_000))]
    store.put(KEY, whole[0])
    seen: set[bytes] = set()
    has_ended = threading.Event()

    def write(content: bytes) -> None:
        for _ in range(20):
            store.put(KEY, content)

    def read() -> None:
        while not has_ended.is_set():
            seen.add(store.get(KEY))

    writers = [threading.Thread(target=write, args=(content,)) for content in whole]
    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()
    has_ended.set()
    for thread in readers:
        thread.join()

    assert seen
    assert seen <= set(whole)
    assert list(store.keys()) == [KEY]
