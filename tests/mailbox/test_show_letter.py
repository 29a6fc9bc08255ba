"""One letter in the mailbox: its text on our page, its HTML on a page that can do nothing."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.db import db
from portal.mail import outbox
from portal.mail.letter import Letter
from portal.mail.models import DemoLetter
from portal.mail.postbox import Memory
from portal.mailbox.views import LETTER_POLICY
from tests.mail.posting import post
from tests.mail.samples import sample
from tests.servers import BASE_URL
from tests.site import Site

MARKUP = "<script>alert(1)</script><a href='https://elsewhere.example' hx-get='/sign-out'>win</a>"


def sent(letter: Letter) -> UUID:
    """Send a letter and give the id of its copy."""
    outbox.send_due(Memory(), at=post(letter))
    return db.session.scalars(select(DemoLetter.id)).one()


def html_of(site: Site, letter_id: UUID, **how: Any):
    path = site.url("mailbox.show_html", letter_id=letter_id)
    return site.client.get(path, base_url=BASE_URL, **how)


def test_letter_is_read_as_its_text(site: Site):
    page = site.open("mailbox.show_letter", letter_id=sent(sample("claim_needs_info")))

    assert page.h1 == "One thing is missing, claim C-7XKQ4MNP"
    assert "Answer by Sun 6 Dec. Our clock is paused until you reply." in page.text
    assert "To asha@club.example" in page.text


def test_link_of_a_reset_letter_can_be_followed_in_the_demo(site: Site):
    token_id = uuid4()
    written = sample("reset_link")
    page = site.open(
        "mailbox.show_letter",
        letter_id=sent(Letter(written.kind, written.to, written.facts, written.locale, token_id=token_id)),
    )

    link = f"{BASE_URL}/reset/{outbox.secret_of(token_id)}"
    assert page.texts(f'a[href="{link.removeprefix(BASE_URL)}"]') == [link]


def test_what_an_agent_wrote_is_text_and_links_lead_nowhere_else(site: Site):
    page = site.open("mailbox.show_letter", letter_id=sent(sample("claim_message", words=MARKUP)))

    assert MARKUP in page.text
    assert not page.has("main script")
    assert not page.has("[hx-get='/sign-out']")
    assert not page.has('a[href*="elsewhere"]')


def test_html_of_a_letter_can_do_nothing(site: Site):
    answer = html_of(site, sent(sample("claim_message", words=MARKUP)))

    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == LETTER_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in LETTER_POLICY
    assert "default-src 'none'" in LETTER_POLICY
    assert "&lt;script&gt;" in answer.text
    assert "<script" not in answer.text


def test_page_of_a_letter_leads_to_its_html_and_back_to_the_list(site: Site):
    letter_id = sent(sample("tier_reached"))
    page = site.open("mailbox.show_letter", letter_id=letter_id)

    assert page.has(f'a[href="{site.url("mailbox.show_html", letter_id=letter_id)}"]')
    assert page.click("Letters to this address").texts(".lines .line span small") == ["asha@club.example"]


@pytest.mark.parametrize("endpoint", ["mailbox.show_letter", "mailbox.show_html"])
def test_letter_that_is_not_there(site: Site, endpoint: str):
    site.open(endpoint, letter_id=uuid4(), status=404)
