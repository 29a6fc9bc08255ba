import socket
from pathlib import Path

import pytest

from portal.storage.images import ImageFault, ImageRefused
from portal.storage.scanner import Scanner
from tests.clamd import BAD, clamd

LARGE = bytes(12 * 1024 * 1024)


def fault_of(address: str, content: bytes, *, seconds: float = 5.0) -> ImageFault | None:
    try:
        Scanner(address, seconds=seconds).check(content)
    except ImageRefused as refused:
        return refused.fault
    return None


@pytest.mark.parametrize("content", [b"", b"a picture", LARGE])
def test_clean_file_passes(tmp_path: Path, content: bytes) -> None:
    with clamd(tmp_path) as address:
        assert fault_of(address, content) is None


def test_harm_is_found_wherever_it_stands(tmp_path: Path) -> None:
    with clamd(tmp_path) as address:
        assert fault_of(address, LARGE + BAD) is ImageFault.HARMFUL


@pytest.mark.parametrize("says", [b"stream: ERROR\0", b"OK\0", b"stream: OK and more\0", b"\0", b"x" * 10_000])
def test_unclear_answer_lets_nothing_pass(tmp_path: Path, says: bytes) -> None:
    with clamd(tmp_path, says=says) as address:
        assert fault_of(address, b"a picture") is ImageFault.UNCHECKED


def test_file_too_large_for_the_scanner_does_not_pass(tmp_path: Path) -> None:
    with clamd(tmp_path, most_bytes=100_000) as address:
        assert fault_of(address, LARGE) is ImageFault.UNCHECKED


def test_silent_scanner_is_not_waited_for_longer_than_is_set(tmp_path: Path) -> None:
    with clamd(tmp_path, says=None) as address:
        assert fault_of(address, b"a picture", seconds=0.2) is ImageFault.UNCHECKED


def test_nobody_at_the_address_lets_nothing_pass(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    assert fault_of(f"unix:{tmp_path / 'nothing'}", b"a picture") is ImageFault.UNCHECKED
    assert fault_of(f"127.0.0.1:{port}", b"a picture") is ImageFault.UNCHECKED
