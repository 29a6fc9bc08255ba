import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import tracked

MOST_LINES = 300
MARKERS = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
MOCKS = frozenset({"mock", "unittest.mock", "pytest_mock"})
NOT_RUN = re.compile(r"\bpytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b")


def modules() -> list[Path]:
    return [path for path in tracked("*.py") if path.parts[0] != "migrations"]


@pytest.mark.parametrize("path", modules(), ids=str)
def test_module_is_short_enough_to_read_at_once(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", [path for path in modules() if path.name != "__init__.py"], ids=str)
def test_module_says_what_lives_in_it(path):
    is_test = path.name.startswith("test_")

    assert is_test or ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_nothing_is_left_for_later():
    assert [str(path) for path in modules() if MARKERS.search(_code_of(path)) and path != _this()] == []


def test_tests_use_no_mocks_and_leave_no_test_out():
    found = []
    for path in modules():
        if path.parts[0] != "tests" or path.parent == _this().parent:
            continue
        text = path.read_text(encoding="utf-8")
        if MOCKS & _imports(text) or NOT_RUN.search(text):
            found.append(str(path))
    assert found == []


def test_import_laws_hold():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([sys.executable, str(linter), "--no-cache"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def _imports(text: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _code_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _this() -> Path:
    return Path("tests/house/test_code.py")
