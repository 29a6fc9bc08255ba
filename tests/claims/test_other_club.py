"""Nothing of one club is built in: another one's activities, references, delays and windows make other pages."""

from portal import programme
from portal.claims.rules import ClaimState
from portal.web import ui
from tests import factories
from tests.claims.drafting import begin, days_ago, the_claim, today
from tests.site import Site


def test_first_step_asks_by_the_clubs_own_activities(harbour: Site) -> None:
    nia = factories.a_member("Nia Quinn")

    page = harbour.as_(nia).open("claims.new_claim")

    assert "Ticket, Beach clean-up" in page.text
    assert "Anniversary" not in page.text
    window = programme.current().claims.window_days
    assert f"You can claim for the last {window} days" in page.text
    assert not any(word in page.html for word in ("IQOS", "Order", "£", "Quiz"))


def test_reference_has_the_clubs_own_label_pattern_and_example(harbour: Site) -> None:
    nia = factories.a_member("Nia Quinn")
    fields = {"activity": "ticket", "reference": "70418822"}

    page = begin(harbour, nia, status=422, **fields)

    assert page.errors == {"reference": "Ticket number: enter it as in “HB-104 233”"}
    assert page.texts("label[for=reference]") == ["Ticket number"]
    assert begin(harbour, nia, activity="ticket", reference="hb 104 233").status == 200
    assert the_claim().subject_key == "HB104233"


def test_what_cannot_be_claimed_is_not_taken_by_force(harbour: Site) -> None:
    nia = factories.a_member("Nia Quinn")
    form = harbour.as_(nia).open("claims.new_claim")

    page = form.submit(kind="missing", day=days_ago(5).isoformat(), forged={"activity": "anniversary"}, status=422)

    assert page.errors["activity"] == "Choose what it was"


def test_the_clubs_own_delay_decides_what_is_early(harbour: Site) -> None:
    nia = factories.a_member("Nia Quinn")
    day = days_ago(3).isoformat()

    late = begin(harbour, nia, activity="ticket", reference="HB104233", day=day)
    early = begin(harbour, nia, activity="cleanup", reference="Dollymount", day=day)

    assert (late.h1, early.h1) == ("What we can see", "It is a little early")


def test_the_clubs_own_calendar_makes_the_promise(harbour: Site) -> None:
    nia = factories.a_member("Nia Quinn")
    page = begin(harbour, nia, activity="ticket", reference="HB104233").submit(form="#step")
    page = page.submit("Continue without evidence").submit("Send the claim")

    claim = the_claim()
    assert claim.state is ClaimState.SUBMITTED
    assert claim.due_at is not None
    assert claim.due_at.date() > today()
    assert page.h1 == f"You have our answer by {ui.weekday_day(claim.due_at)}"
    assert f"Ferry of {ui.day(days_ago(5))}" in page.text
