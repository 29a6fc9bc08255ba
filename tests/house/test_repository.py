import hashlib
import re
from pathlib import Path

import pytest

from tests.house import tracked

# Written in pieces, or this file would break its own law.
REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            "pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "yarn" + "pkg.com",
            "deb" + ".debian.org", "archive" + ".ubuntu.com", "un" + "pkg.com", "jsde" + "livr.net",
        )
    )
)  # fmt: skip
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:root|work|home/[a-z]\w*|Users/[A-Za-z]\w*)/\w")
PINNED = re.compile(r"^([a-z0-9][\w.-]*)==(\S+)(.*?) \\$", re.MULTILINE)
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}", re.MULTILINE)
VENDORED = {"htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"}
LONGEST_TEXT = 2_000_000


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content and len(content) < LONGEST_TEXT:
            found.append((path, content.decode("utf-8")))
    return found


@pytest.mark.parametrize("law", [REGISTRIES, MACHINE_PATHS], ids=["package registry", "machine path"])
def test_no_tracked_file_names_a_(law):
    assert [(str(path), found[0]) for path, text in texts() for found in law.finditer(text)] == []


@pytest.mark.parametrize("name", ["portal", "dev"])
def test_lock_pins_everything_by_hash(name):
    lock = Path(f"requirements/{name}.lock").read_text(encoding="utf-8")
    unpinned = [line for line in lock.splitlines() if not re.match(r"[a-z0-9][\w.-]*==|    --hash=sha256:", line)]

    assert unpinned == []
    assert all(HASH.match(lock, found.end() + 1) for found in PINNED.finditer(lock))


def test_development_lock_holds_what_the_portal_runs_with():
    portal, development = (
        set(PINNED.findall(Path(f"requirements/{name}.lock").read_text(encoding="utf-8"))) for name in ("portal", "dev")
    )

    assert portal - development == set()


def test_vendored_scripts_are_unchanged():
    folder = Path("portal/static/vendor")

    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.js")} == VENDORED


def test_readme_and_help_name_the_commands_of_the_makefile():
    makefile = Path("Makefile").read_text(encoding="utf-8")
    targets = {name for line in re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE) for name in line.split()}
    helped = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    read = set(re.findall(r"\bmake ([a-z]+)\b", Path("README.md").read_text(encoding="utf-8")))

    assert helped == targets
    assert read - targets == set()
    assert {"run", "test", "help"} - read == set()


def test_ci_runs_all_tests_and_all_checks():
    lines = Path(".ci/run").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line.startswith("make ")] == ["make test", "make check"]
