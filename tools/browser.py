"""Find a Chromium for the browser tests, or get one: PATH, the distribution, Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NONE_FOUND = (
    "portal: no browser for the tests. Install chromium (it is looked for on PATH as "
    f"{', '.join(NAMES)}), or name one in PORTAL_TEST_BROWSER."
)


def find() -> Path | None:
    """Give the browser that is here already: the one named, on PATH, or Playwright's own."""
    if named := os.environ.get("PORTAL_TEST_BROWSER"):
        return Path(named) if Path(named).is_file() else None
    for name in NAMES:
        if (path := shutil.which(name)) and _starts(path):
            return Path(path)
    return _playwrights_own()


def find_or_install() -> Path:
    """Give a browser, installed if need be; end the process with one clear line when none can be had."""
    for install in (_nothing, _from_the_distribution, _from_playwright):
        install()
        if browser := find():
            return browser
    sys.exit(NONE_FOUND)


def _nothing() -> None:
    """Come first, so that a machine that has a browser installs none."""


def _from_the_distribution() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("No browser on PATH: installing the distribution's chromium …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium"]):
        _try(["apt-get", *words], environment)


def _from_playwright() -> None:
    print("No browser on PATH: downloading Playwright's chromium …", flush=True)
    _try([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))


def _try(command: list[str], environment: dict[str, str]) -> None:
    """Run a step that may fail; whether it helped is seen by looking for the browser again."""
    ended = subprocess.run(
        command, env=environment, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if ended.returncode:
        print(f"  {' '.join(command)} failed: {(ended.stdout.strip().splitlines() or ['no output'])[-1]}", flush=True)


def _playwrights_own() -> Path | None:
    # Imported here because finding a browser on PATH must not cost starting Playwright's driver.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None


def _starts(path: str) -> bool:
    """Tell whether it runs: some distributions ship a stub that only says where to get the real one."""
    return subprocess.run([path, "--version"], check=False, capture_output=True).returncode == 0


if __name__ == "__main__":
    print(f"Browser: {find_or_install()}")
