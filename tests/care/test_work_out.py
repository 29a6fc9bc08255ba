"""The sum and the reply beside it, without writing anything: as parts for htmx and as a page without scripts."""

import pytest

from tests import factories
from tests.care.matched import a_matched_claim, bench


@pytest.mark.parametrize("as_fragment", [True, False])
def test_sum_follows_the_points(site, session, casey, as_fragment):
    grace = factories.a_member("Grace Lind", points=1490)
    claim, _ = a_matched_claim(grace, taken_by=casey)

    page = site.as_(casey).open(
        "care.show_sum",
        claim_id=claim.id,
        verdict="approve",
        points="60",
        reason="never_credited",
        as_fragment=as_fragment,
    )

    figures = page.texts("#changes td.number")
    assert figures[:2] == ["1,490", "1,550"]
    assert "Gold" in figures[-1]
    assert page.texts("#does .does--approve") == ["Add 60 points and reply"]


def test_sum_as_a_part_is_small(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    part = site.as_(casey).open("care.show_sum", claim_id=claim.id, verdict="approve", points="60", as_fragment=True)

    assert (len(part.statements), part.find("#does").attrs["hx-swap-oob"]) == (3, "true")
    assert not part.has("#history")


@pytest.mark.parametrize("typed", ["", "x", "-5", "1e9", "999999999"])
def test_sum_of_no_number_says_so(site, asha, casey, typed):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    part = site.as_(casey).open(f"/care/claims/{claim.id}/sum?verdict=approve&points={typed}", as_fragment=True)

    shown = "Enter whole points to see what they change." in part.text
    assert shown or typed == "", "without points typed it shows what the rule computes"


def test_refusing_changes_nothing(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    part = site.as_(casey).open("care.show_sum", claim_id=claim.id, verdict="decline", points="60", as_fragment=True)

    assert part.texts("#changes td.number")[:2] == ["0", "0"]


def test_work_it_out_keeps_every_typed_word(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    version = claim.version

    page = bench(site, casey, claim).submit(
        "Work it out", verdict="approve", points="70", reason="promotion_missed", reply="Own words.", note="Note."
    )

    assert page.texts("#changes td.number")[:2] == ["0", "70"]
    assert [page.value(name) for name in ("verdict", "points", "reason", "reply", "note")] == [
        "approve", "70", "promotion_missed", "Own words.", "Note.",
    ]  # fmt: skip
    assert page.value("version") == str(version)
    assert factories.balance_of(asha) == 0


def test_use_these_words_fills_the_reply(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    page = bench(site, casey, claim).submit("Use these words", template="approve_too_low", note="Note.")

    assert "we had counted it too low" in page.value("reply")
    assert (page.value("template"), page.value("note")) == ("approve_too_low", "Note.")


@pytest.mark.parametrize("as_fragment", [True, False])
def test_reply_comes_in_the_members_words_with_the_points(site, asha, casey, as_fragment):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    page = site.as_(casey).open(
        "care.show_reply",
        claim_id=claim.id,
        template="approve",
        verdict="approve",
        points="70",
        as_fragment=as_fragment,
    )

    reply = page.find("#reply").to_text()
    assert "70 points" in reply
    assert "Hello" not in reply, "the letter around it greets and signs already"


def test_own_words_start_empty(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    part = site.as_(casey).open(f"/care/claims/{claim.id}/reply?template=&verdict=approve", as_fragment=True)

    assert part.find("#reply").to_text().strip() == ""
