"""`flask serve`: web server and worker in one command, a clean stop, and one line for what is wrong."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.mail_server import HOST
from tests.shop.signing import the_example

ROOT = Path(__file__).parents[2]
SECOND_START_SECONDS = 3.0


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "flask", "--app", "wsgi", "serve"],
        cwd=ROOT,
        env=outer | {"PORTAL_MODE": "demo", "PORTAL_DATA_DIR": str(folder), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def cpu_seconds(pid: int) -> float:
    """Give the CPU time a process has taken: a busy machine makes the start longer, not the work of it."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo club, seeded once."""
    place = tmp_path_factory.mktemp("served")
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "seed", "--members", "20", "--claims", "10"],
        cwd=ROOT,
        env=outer | {"PORTAL_MODE": "demo", "PORTAL_DATA_DIR": str(place)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return place


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
def test_starts_says_where_and_ends_cleanly(folder: Path, wish: signal.Signals) -> None:
    with serving(folder, _free_port()) as process:
        said = read_until(process, "Letters")
        said += read_until(process, "docs/api.md")
        address = re.search(r"open at (http://\S+)", said)
        assert address
        assert f"Passkeys  {address[1].replace(HOST, 'localhost')} " in said
        with urllib.request.urlopen(address[1] + "/sign-in", timeout=10) as answer:  # noqa: S310
            assert answer.status == 200
        key = re.search(r"as shop with (whsec_\S+):", said)
        assert key
        send, event = the_example()
        with send(address[1], "shop", key[1], event) as answer:
            assert json.load(answer)["refused"] == 0
        process.send_signal(wish)
        rest, _ = process.communicate(timeout=15)

    assert process.returncode == 0
    assert "Traceback" not in said + rest
    assert rest.strip().endswith("Stopped.")
    for words in ("asha@club.example", "casey@club.example (agent)", "omar@club.example (admin)", "demo-only-password"):
        assert words in said


def test_second_start_is_quick(folder: Path) -> None:
    with serving(folder, _free_port()) as process:
        said = read_until(process, "open at")
        seconds = cpu_seconds(process.pid)

    assert "Inviting" not in said
    assert seconds < SECOND_START_SECONDS


def test_taken_port_gets_one_clear_line(folder: Path) -> None:
    with socket.socket() as plug:
        plug.bind((HOST, 0))
        plug.listen()
        port = plug.getsockname()[1]
        with serving(folder, port) as process:
            said, _ = process.communicate(timeout=30)

    assert process.returncode == 2
    assert said.strip().splitlines() == [
        f"portal: cannot listen on 127.0.0.1:{port}: Address already in use. Set PORT to a free one"
    ]


def _free_port() -> int:
    with socket.socket() as plug:
        plug.bind((HOST, 0))
        port: int = plug.getsockname()[1]
        return port


def test_code_of_an_agent_can_be_asked_for(folder: Path) -> None:
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    env = outer | {"PORTAL_MODE": "demo", "PORTAL_DATA_DIR": str(folder)}
    asked = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "code"]

    one = subprocess.run([*asked, "casey@club.example"], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    none = subprocess.run([*asked, "asha@club.example"], cwd=ROOT, env=env, check=False, capture_output=True, text=True)

    assert re.fullmatch(r"\d{6}  casey@club\.example\n", one.stdout)
    assert none.stderr.strip() == "portal: nobody of that address has an authenticator app"
