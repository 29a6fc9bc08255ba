"""The laws of the house, as tests; what they read is what git tracks."""

import os
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
os.chdir(ROOT)


@cache
def tracked(*patterns: str) -> tuple[Path, ...]:
    """List the tracked files that fit one of the patterns, relative to the root, and new ones not yet added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = {Path(name) for name in listed.stdout.split("\0") if name}
    return tuple(sorted(path for path in found if path.is_file()))
