"""Private files under random keys: kept whole or not at all, whichever twin keeps them."""

import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from portal.errors import NotFound, PortalError

KEY_CHARACTERS = 80
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*)*", re.ASCII)
_PREFIX = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/)*(?:[a-z0-9][a-z0-9_-]*)?", re.ASCII)
_RANDOM_BYTES = 16
_SERVED_TO_ALL = Path(__file__).parents[1] / "static"
_UNFINISHED = ".unfinished"
_UNFINISHED_SECONDS = 24 * 60 * 60


class NotKept(NotFound):
    """No file is kept under this key."""


class CouldNotKeep(PortalError):
    """For want of room or rights the file was not kept; what was there before still is."""


class BadKey(ValueError):
    """No key of ours: a mistake in the code, or somebody's try."""


class Store(Protocol):
    """Where files are kept. A key is a path of plain names without dots, so no way leads up or out."""

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Keep a file, whole and durable when this returns, in place of one with the same key. Raises CouldNotKeep."""

    def get(self, key: str) -> bytes:
        """Read a whole file; raises NotKept."""

    def open(self, key: str) -> BinaryIO:
        """Open a file for reading, for the caller to close; raises NotKept."""

    def exists(self, key: str) -> bool:
        """Tell whether a file is kept under this key."""

    def delete(self, key: str) -> None:
        """Forget a file; one that is not kept is no error, so that a clean-up may run twice."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Name the kept files whose key begins with `prefix`, in order."""


def new_key(kind: str) -> str:
    """Make a key nobody can guess, two folders deep so that no folder grows large: `evidence/3f/9a/3f9a…`."""
    name = secrets.token_hex(_RANDOM_BYTES)
    return _checked(f"{kind}/{name[:2]}/{name[2:4]}/{name}")


class Disk:
    """Files below one folder that only the portal can read."""

    def __init__(self, root: Path) -> None:
        """Take a folder and make it when missing; what a killed process left half written is swept up."""
        self._root = root.resolve()
        if self._root.is_relative_to(_SERVED_TO_ALL):
            message = f"{root}: everything below this folder is served to everybody"
            raise ValueError(message)
        self._unfinished = self._root / _UNFINISHED
        self._unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Write beside, flush to the disk, rename: a reader sees all of it or nothing, a power cut included."""
        target = self._path(key)
        try:
            written = self._write_beside(content)
            try:
                self._make_folders(target.parent)
                written.replace(target)
            except BaseException:
                written.unlink()
                raise
            _flush_folder(target.parent)
        except OSError as error:
            raise CouldNotKeep(key) from error

    def get(self, key: str) -> bytes:
        """Read a whole file; raises NotKept."""
        with self.open(key) as file:
            return file.read()

    def open(self, key: str) -> BinaryIO:
        """Open a file for reading; raises NotKept."""
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotKept(key) from None

    def exists(self, key: str) -> bool:
        """Tell whether a file is kept under this key."""
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """Forget a file, durably."""
        path = self._path(key)
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
            _flush_folder(path.parent)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Walk the folders that can hold the prefix."""
        start = self._root / _checked_prefix(prefix).rpartition("/")[0]
        found = (path.relative_to(self._root).as_posix() for path in start.rglob("*") if path.is_file())
        return iter(sorted(key for key in found if key.startswith(prefix) and _KEY.fullmatch(key)))

    def _path(self, key: str) -> Path:
        return self._root / _checked(key)

    def _write_beside(self, content: bytes | BinaryIO) -> Path:
        descriptor, name = tempfile.mkstemp(dir=self._unfinished)  # mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                shutil.copyfileobj(BytesIO(content) if isinstance(content, bytes) else content, file)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            Path(name).unlink()
            raise
        return Path(name)

    def _make_folders(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make_folders(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _flush_folder(folder.parent)

    def _sweep(self) -> None:
        """Remove what was never finished; what is still being written is younger than a day."""
        oldest = time.time() - _UNFINISHED_SECONDS
        for leftover in self._unfinished.iterdir():
            with suppress(FileNotFoundError):
                if leftover.stat().st_mtime < oldest:
                    leftover.unlink()


class Memory:
    """The twin for tests: the same promises, nothing on the disk."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Keep a file in place of one with the same key."""
        whole = content if isinstance(content, bytes) else content.read()
        with self._lock:
            self._files[_checked(key)] = whole

    def get(self, key: str) -> bytes:
        """Read a whole file; raises NotKept."""
        with self._lock:
            if _checked(key) not in self._files:
                raise NotKept(key)
            return self._files[key]

    def open(self, key: str) -> BinaryIO:
        """Open a file for reading; raises NotKept."""
        return BytesIO(self.get(key))

    def exists(self, key: str) -> bool:
        """Tell whether a file is kept under this key."""
        with self._lock:
            return _checked(key) in self._files

    def delete(self, key: str) -> None:
        """Forget a file."""
        with self._lock:
            self._files.pop(_checked(key), None)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Name the kept files whose key begins with `prefix`."""
        _checked_prefix(prefix)
        with self._lock:
            return iter(sorted(key for key in self._files if key.startswith(prefix)))


def _checked(key: str) -> str:
    if len(key) > KEY_CHARACTERS or not _KEY.fullmatch(key):
        raise BadKey(key)
    return key


def _checked_prefix(prefix: str) -> str:
    if len(prefix) > KEY_CHARACTERS or not _PREFIX.fullmatch(prefix):
        raise BadKey(prefix)
    return prefix


def _flush_folder(folder: Path) -> None:
    """Make a rename or a removal last: the folder is a file of its own to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
