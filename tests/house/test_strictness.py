import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THAT_RUNS = "def test_it(): pass\n"
THAT_DO_NOT = {
    "marked": "import pytest\n@pytest.mark.skip(reason='no server')\ndef test_it(): pass\n",
    "called": "import pytest\ndef test_it(): pytest.skip('no browser')\n",
    "expected": "import pytest\n@pytest.mark.xfail(reason='later')\ndef test_it(): assert False\n",
    "fixture": "import pytest\n@pytest.fixture\ndef server(): pytest.skip('none')\ndef test_it(server): pass\n",
}
THAT_IS_NOT_COLLECTED = "import pytest\npytest.importorskip('no_such_library')\ndef test_it(): pass\n"


def outcomes_of(folder: Path, tests: dict[str, str]) -> dict[str, int]:
    for name, test in tests.items():
        (folder / f"test_{name}.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.strictness", "-p", "no:randomly", "--rootdir", str(folder)]
    done = subprocess.run([*command, str(folder)], cwd=ROOT, check=False, capture_output=True, text=True)
    last = done.stdout.splitlines()[-1]
    return {what: int(number) for number, what in re.findall(r"(\d+) (passed|failed|skipped|xfailed|error)", last)}


def test_test_that_does_not_run_fails(tmp_path):
    assert outcomes_of(tmp_path, {"runs": THAT_RUNS} | THAT_DO_NOT) == {"passed": 1, "failed": 2, "error": 2}


def test_module_that_is_not_collected_fails(tmp_path):
    assert outcomes_of(tmp_path, {"module": THAT_IS_NOT_COLLECTED}) == {"error": 1}


def test_nothing_leaves_this_machine():
    with socket.socket() as plug, pytest.raises(PermissionError, match="nothing but this machine"):
        plug.connect(("192.0.2.1", 80))
