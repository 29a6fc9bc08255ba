import re
from pathlib import Path

import pytest

from portal.config import Mode, Settings, production_faults, read_settings

DOCUMENT = Path("docs/settings.md")
KEY = re.compile(r"`(PORTAL_[A-Z0-9_]+|PORT)`")


@pytest.fixture
def bare_environment(monkeypatch):
    for name in (*known(), "PORT"):
        monkeypatch.delenv(name, raising=False)


def documented() -> set[str]:
    return set(KEY.findall(DOCUMENT.read_text(encoding="utf-8")))


def known() -> set[str]:
    return {f"PORTAL_{name.upper()}" for name in Settings.model_fields}


def test_every_setting_is_documented():
    assert known() - documented() == set()


def test_no_documented_setting_is_gone():
    files = {name for name in documented() if name.endswith("_FILE")}

    assert documented() - known() - files - {"PORT"} == set()
    assert {name.removesuffix("_FILE") for name in files} - known() == set()


def test_production_names_all_that_is_missing_at_once(bare_environment):
    assert {fault.split()[0] for fault in production_faults(read_settings())} == {
        "PORTAL_SECRET_KEY",
        "PORTAL_BASE_URL",
        "PORTAL_SMTP_HOST",
        "PORTAL_MAIL_FROM",
    }


def test_every_default_suits_the_demo(bare_environment):
    assert production_faults(read_settings(mode=Mode.DEMO)) == []
