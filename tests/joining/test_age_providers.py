"""Who checks ages: the desk by itself, or a package that plugs somebody else in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import programme
from portal.accounts.models import AgeCheck
from portal.audit.service import Actor, Where
from portal.clock import now
from portal.db import db
from portal.joining import ages as providers
from portal.joining.letters import age_decided
from portal.joining.service import ages
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from tests.cast import Person
from tests.joining.test_requirements import unfinished
from tests.site import Site


@pytest.fixture
def mara(session) -> Person:
    return unfinished()


@pytest.fixture
def elsewhere(session, monkeypatch, tmp_path: Path) -> Iterator[None]:
    """Let the programme name a provider, and install the package that plugs it in."""
    whole = programme.current()
    programme.use(whole.model_copy(update={"joining": whole.joining.model_copy(update={"age_check": "elsewhere"})}))
    try:
        with pytest.raises(programme.ProgrammeError, match="no provider is called 'elsewhere'"):
            providers.provider()
        plug_in(tmp_path)
        monkeypatch.syspath_prepend(tmp_path)
        yield
    finally:
        programme.use(whole)
        providers._provider.cache_clear()


def newest() -> AgeCheck:
    db.session.rollback()
    return db.session.query(AgeCheck).order_by(AgeCheck.asked_at.desc()).limit(1).one()


def verdict(*, is_approved: bool, reason: str = "") -> None:
    """Let the provider say what came of it."""
    with unit_of_work():
        decided = ages.decide(newest().id, is_approved=is_approved, reason=reason, by=Actor(), where=Where(), at=now())
        outbox.add(age_decided(decided))


def test_member_goes_through_a_provider_from_the_button_to_the_verdict(
    elsewhere: None, site: Site, mara: Person, casey: Person
) -> None:
    page = site.as_(mara).open("accounts.show_requirements")
    assert not page.has("#document")

    page = page.submit("Begin")
    assert page.has(f"a[href='https://ages.example/{newest().id}']")
    assert "Go on to ages.example" in page.text
    assert (newest().provider, newest().storage_key) == ("elsewhere", "")
    assert site.as_(casey).open("care.show_ages").h1 == "0 documents to look at"

    first = newest().id
    page = site.as_(mara).open("accounts.show_requirements").submit("Go on")
    assert page.has(f"a[href='https://ages.example/{first}']")
    assert db.session.query(AgeCheck).count() == 1

    verdict(is_approved=False, reason="The name is another one.")
    page = site.as_(mara).open("accounts.show_requirements")
    assert "The name is another one." in page.text
    page.submit("Begin")
    verdict(is_approved=True)

    assert site.as_(mara).open("/").path == "/"
    assert [letter.to for letter in site.letters] == [mara.email] * 2


def test_provider_that_cannot_be_reached_is_asked_again(elsewhere: None, site: Site, mara: Person, monkeypatch) -> None:
    page = site.as_(mara).open("accounts.show_requirements")
    monkeypatch.setenv("ELSEWHERE", "away")
    refused = page.submit("Begin", status=422)
    assert "cannot be reached just now" in refused.text

    monkeypatch.delenv("ELSEWHERE")
    assert "Go on to ages.example" in refused.submit("Go on").text


def test_nobody_is_sent_to_an_address_without_https(elsewhere: None, site: Site, mara: Person, monkeypatch) -> None:
    monkeypatch.setenv("ELSEWHERE", "javascript:alert(1)//")

    page = site.as_(mara).open("accounts.show_requirements").submit("Begin")

    assert "Your age is being checked" in page.text
    assert not page.has("a[href^='javascript']")


@pytest.mark.parametrize(
    "address",
    [
        "http://ages.example/",
        "//ages.example/",
        "https://us@ages.example/",
        "https:\\\\ages.example",
        "data:x",
        "https://[",
        "",
    ],
)
def test_address_members_are_not_sent_to(address: str) -> None:
    assert providers.host_of(address) == ""
    assert providers.host_of("https://ages.example:444/x?y=z") == "ages.example"


def plug_in(folder: Path) -> None:
    """Install a package that does without pictures."""
    about = folder / "elsewhere-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(
        "[portal.age_providers]\nelsewhere = elsewhere:Elsewhere\n", encoding="utf-8"
    )
    (folder / "elsewhere.py").write_text(
        "import os\n\n\n"
        "class Elsewhere:\n"
        "    wants_document = False\n\n"
        "    def begin(self, check_id):\n"
        "        if os.environ.get('ELSEWHERE') == 'away':\n"
        "            raise ConnectionError\n"
        "        return os.environ.get('ELSEWHERE', 'https://ages.example/') + str(check_id)\n",
        encoding="utf-8",
    )
