"""A production start names everything that is wrong at once, and refuses the demo."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.config import DEMO_SECRET
from tests import run, servers
from tests.servers import Database

ROOT = Path(__file__).parents[2]
GOOD = {
    "PORTAL_SECRET_KEY": "k7Qw2m9XzR4tVb8nLc3pYs6dHf1gJa5e",
    "PORTAL_BASE_URL": "https://club.example",
    "PORTAL_SMTP_HOST": "mail.club.example",
    "PORTAL_MAIL_FROM": "no-reply@club.example",
}


def start(folder: Path, **environment: str) -> tuple[int, list[str]]:
    """Start a command of the portal with nothing but this environment; give its status and what it said."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "routes"],
        cwd=ROOT,
        env=outer | {"PORTAL_DATA_DIR": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stderr.strip().splitlines()


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    status, lines = start(tmp_path)

    assert status == 2
    assert [line.split(" is missing")[0] for line in lines] == [
        "portal: PORTAL_SECRET_KEY",
        "portal: PORTAL_BASE_URL",
        "portal: PORTAL_SMTP_HOST",
        "portal: PORTAL_MAIL_FROM",
    ]


def test_complete_settings_start(tmp_path: Path) -> None:
    assert start(tmp_path, **GOOD) == (0, [])


@pytest.mark.parametrize("secret", ["short", DEMO_SECRET, "a" * 64, "abababababababababababababababababab"])
def test_weak_or_default_secret_is_refused(tmp_path: Path, secret: str) -> None:
    status, lines = start(tmp_path, **GOOD | {"PORTAL_SECRET_KEY": secret})

    assert status == 2
    assert lines == ["portal: PORTAL_SECRET_KEY is weak or a default: set a random text of 32 characters or more"]


def test_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(GOOD["PORTAL_SECRET_KEY"] + "\n", encoding="utf-8")
    others = {name: value for name, value in GOOD.items() if name != "PORTAL_SECRET_KEY"}

    assert start(tmp_path, **others, PORTAL_SECRET_KEY_FILE=str(file)) == (0, [])


def test_plain_http_is_refused(tmp_path: Path) -> None:
    _, lines = start(tmp_path, **GOOD | {"PORTAL_BASE_URL": "http://club.example"})

    assert lines == ["portal: PORTAL_BASE_URL must start with https://"]


def test_value_of_the_wrong_kind_is_named(tmp_path: Path) -> None:
    status, lines = start(tmp_path, **GOOD, PORTAL_WEB_THREADS="many", PORT="eighty")

    assert status == 2
    assert [line.partition(":")[2].partition(":")[0].strip() for line in lines] == ["PORT", "PORTAL_WEB_THREADS"]


def test_folder_nobody_can_write_to_gets_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    status, lines = start(file / "data", PORTAL_MODE="demo")

    assert status == 2
    assert lines == [
        f"portal: cannot write to the data folder {file / 'data'}: Not a directory. Set PORTAL_DATA_DIR to another one"
    ]


def test_broken_programme_is_named_with_its_line(tmp_path: Path) -> None:
    club = tmp_path / "club.toml"
    text = (ROOT / "portal/programmes/club.toml").read_text(encoding="utf-8")
    club.write_text(text.replace("threshold = 1500", "threshold = 3500"), encoding="utf-8")

    status, lines = start(tmp_path, **GOOD, PORTAL_PROGRAMME_PATH=str(club))

    assert status == 2
    assert "line" in lines[0]
    assert "tiers" in lines[0]


def test_provider_of_ages_that_is_not_there_is_named(tmp_path: Path) -> None:
    club = tmp_path / "club.toml"
    text = (ROOT / "portal/programmes/club.toml").read_text(encoding="utf-8")
    club.write_text(text.replace('age_check = "manual"', 'age_check = "elsewhere"'), encoding="utf-8")

    status, lines = start(tmp_path, **GOOD, PORTAL_PROGRAMME_PATH=str(club))

    assert (status, lines) == (2, ["portal: club.toml: joining, age_check: no provider is called 'elsewhere'"])


@pytest.mark.parametrize("kind", servers.KINDS)
def test_database_with_demo_people_is_refused(tmp_path: Path, kind: str) -> None:
    with servers.fresh_database(kind) as database:
        _seed(database)
        status, lines = start(tmp_path, **GOOD, PORTAL_DATABASE_URL=database.url)

    assert status == 2
    assert lines == ["portal: the database holds demo people, whose password everybody knows: use another database"]


def test_production_does_not_seed(tmp_path: Path) -> None:
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "seed"],
        cwd=ROOT,
        env=outer | GOOD | {"PORTAL_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 2
    assert done.stderr.strip() == "portal: demo people are not for production"


def _seed(database: Database) -> None:
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "seed", "--members", "3", "--claims", "2"],
        cwd=ROOT,
        env=outer
        | {
            "PORTAL_MODE": "demo",
            "PORTAL_DATABASE_URL": database.url,
            "PORTAL_DATA_DIR": str(run.data_folder()),
        },
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=60,
    )
