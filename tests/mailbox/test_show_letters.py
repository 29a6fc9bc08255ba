"""The mailbox: every letter that went out, the newest first, in the demo only."""

import pytest

from portal.config import Mode
from portal.mail import outbox
from portal.mail.postbox import Memory
from portal.mailbox.queries import LETTERS_A_PAGE
from tests.mail.posting import post, to
from tests.servers import Database, app_on
from tests.site import Site


def send(*names: str) -> None:
    """Send a letter to each, one after the other."""
    for name in names:
        outbox.send_due(Memory(), at=post(to(name)))


def recipients(site: Site, to: str = "") -> list[str]:
    lines = site.open("mailbox.show_letters", to=to).texts(".lines .line span small")
    return [line.partition("@")[0] for line in lines]


def test_letters_stand_with_the_newest_first(site: Site):
    send("asha", "bruno", "cara")

    assert recipients(site) == ["cara", "bruno", "asha"]


def test_letters_to_one_address(site: Site):
    send("asha", "bruno", "asha")

    assert recipients(site, to="Asha@club.example ") == ["asha", "asha"]


def test_empty_mailbox_says_so(site: Site):
    assert "No letter has gone out yet." in site.open("mailbox.show_letters").text


def test_address_that_got_nothing(site: Site):
    send("asha")

    page = site.open("mailbox.show_letters", to='"><script>alert(1)</script>')

    assert "No letter has gone out to this address." in page.text


def test_older_letters_are_a_page_away(site: Site):
    names = [f"member{number}" for number in range(LETTERS_A_PAGE + 2)]
    send(*names)

    first = site.open("mailbox.show_letters")
    older = first.click("Show older letters")

    assert len(first.all(".lines .line")) == LETTERS_A_PAGE
    assert [text.partition("@")[0] for text in older.texts(".lines .line span small")] == ["member1", "member0"]
    assert "Show older letters" not in older.text


@pytest.mark.parametrize("before", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_forged_place_in_the_list_is_no_error(site: Site, before: str):
    site.open("mailbox.show_letters", before=before)


def test_signs_no_address_has_find_nothing(site: Site):
    site.open("mailbox.show_letters", to="a\0b")


def test_list_costs_one_statement_for_one_letter_and_for_many(site: Site):
    send("asha")
    one = site.open("mailbox.show_letters").statements
    send(*["bruno"] * 20)
    many = site.open("mailbox.show_letters").statements

    assert len(one) == len(many) == 1


def test_production_has_no_mailbox(database: Database):
    production = {
        "mode": Mode.PRODUCTION,
        "secret_key": "0123456789abcdefghijklmnopqrstuvwxyz",
        "smtp_host": "127.0.0.1",
        "mail_from": "no-reply@club.example",
    }
    with app_on(database, **production) as app:
        paths = {rule.rule for rule in app.url_map.iter_rules()}

    assert not {path for path in paths if path.startswith("/mailbox")}
    assert "/sign-in" in paths
