"""Everything `make check` looks at, two at a time: each check in one line, and the words of those that fail."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One linter or law: what the development environment's Python is called with."""

    name: str
    words: tuple[str, ...]


# The slow ones come first, so that they share the time with the many quick ones.
CHECKS = (
    Check("types", ("-m", "mypy")),
    Check("schema drift", ("-m", "tools.drift")),
    # The one linter that is a script only; naming Python keeps it alive when the folder has moved.
    Check("import laws", (str(BIN / "lint-imports"),)),
    Check("lint", ("-m", "ruff", "check")),
    Check("format", ("-m", "ruff", "format", "--check")),
    Check("templates", ("-m", "djlint", "portal/templates", "--lint", "--quiet")),
    Check("dead code", ("-m", "tools.dead_code")),
)


def main() -> int:
    """Run all checks; one that fails stops none of the others."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        results = list(threads.map(_run, CHECKS))
    failed = [check.name for check, is_fine in zip(CHECKS, results, strict=True) if not is_fine]
    print(
        f"{len(CHECKS) - len(failed)} checks passed, {len(failed)} failed{': ' + ', '.join(failed) if failed else ''}"
    )
    return 1 if failed else 0


def _run(check: Check) -> bool:
    started = time.monotonic()
    command = [sys.executable, *check.words]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    is_fine = done.returncode == 0
    said = "" if is_fine else f"\n{done.stdout.rstrip()}"
    print(f"{'ok   ' if is_fine else 'FAULT'} {check.name} ({time.monotonic() - started:.1f} s){said}", flush=True)
    return is_fine


if __name__ == "__main__":
    sys.exit(main())
