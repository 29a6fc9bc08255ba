"""What every run keeps to: one folder for its servers, no skipped test, no traffic that leaves this machine."""

import ipaddress
import os
import sys
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import run

# How long a machine takes to think of an example says nothing about what is tested.
settings.register_profile("portal", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("portal")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        run.open_run()
    sys.addaudithook(_refuse_to_leave)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and run.RUN_FOLDER in os.environ:
        run.close_run()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, None]:
    """Turn a skipped or expected failure into a failure: a test that does not run protects nobody."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped or hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} did not run, and every test must: {why}"
        vars(report).pop("wasxfail", None)


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, None]:
    """Do the same for a module that skips itself while it is collected."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped:
        report.outcome = "failed"


def _refuse_to_leave(name: str, arguments: tuple[Any, ...]) -> None:
    if name != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0])
    if host != "localhost" and not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
        message = f"a test tried to reach {host}: nothing but this machine may be asked"
        raise PermissionError(message)
