"""What the desk refuses: other roles, one's own claims, and more than one's limit."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from portal.accounts.models import Member, User
from portal.accounts.rules import Role
from portal.claims.rules import ClaimState, Verdict
from portal.claims.service import desk
from portal.claims.service.verdicts import Decision
from portal.claims.service.verdicts import decide as decide_claim
from portal.clock import now
from portal.errors import Conflict, NotFound, Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import ADMINS, AGENTS, LEADS_AND_ADMINS, STAFF, rule_of
from tests import factories
from tests.care.matched import a_matched_claim, bench, decide, fresh

CLAIM_ACTS = ("lease", "return", "notes", "messages", "sum", "decision")


def untouched(claim, member):
    found = fresh(claim)
    return found.verdict is None and factories.balance_of(member) == 0


def send(browser, path, status=404, **fields):
    token = browser.open("accounts.show_you").token if browser.person and browser.person.role == "member" else ""
    token = token or (browser.open("care.show_queue").token if browser.person else "")
    return browser.send("POST", path, data={"csrf_token": token, **fields}, status=status)


@pytest.mark.parametrize("act", CLAIM_ACTS)
@pytest.mark.parametrize("who", ["asha", "bruno", "omar"])
def test_members_and_admins_find_no_act(site, request, asha, casey, *, act, who):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    send(site.as_(request.getfixturevalue(who)), f"/care/claims/{claim.id}/{act}", verdict="approve", points="45")

    assert untouched(claim, asha)


@pytest.mark.parametrize(
    "path",
    ["/care/", "/care/members", "/care/claims/{claim}", "/care/claims/{claim}/sum", "/care/claims/{claim}/reply",
     "/care/members/{member}", "/care/members/{member}/adjustments", "/care/members/{member}/adjustments/sum"],
)  # fmt: skip
def test_members_find_no_page_of_the_desk(site, asha, bruno, casey, path):
    claim, _ = a_matched_claim(asha)
    path = path.format(claim=claim.id, member=asha.member)
    assert site.as_(casey).open(path).h1

    for member in (asha, bruno):
        site.as_(member).open(path, status=404)
        site.as_(member).open(path, status=404, as_fragment=True)


@pytest.mark.parametrize(
    "path",
    ["/care/next", "/care/members/{member}/adjustments", "/care/members/{member}/adjustments/sum"],
)
def test_admin_and_members_find_no_other_act(site, asha, omar, path):
    for person in (asha, omar):
        send(site.as_(person), path.format(member=asha.member), points="10", reason="never_credited")

    assert factories.balance_of(asha) == 0


@pytest.mark.parametrize(
    "path", ["/care/claims/{claim}/sum", "/care/claims/{claim}/reply", "/care/members/{member}/adjustments"]
)
def test_admin_finds_no_page_that_prepares_an_act(site, asha, omar, path):
    claim, _ = a_matched_claim(asha)

    site.as_(omar).open(path.format(claim=claim.id, member=asha.member), status=404)


def test_every_act_wears_the_rule_for_agents_and_every_look_that_for_staff(app):
    """Preparing an act, with its sum and its words, is part of the act."""
    rules = {rule.endpoint: (rule.methods, rule_of(app, rule.endpoint)) for rule in app.url_map.iter_rules()}
    care = {endpoint: found for endpoint, found in rules.items() if endpoint.startswith("care.")}

    for_staff = {endpoint for endpoint, (_methods, rule) in care.items() if rule is STAFF}
    assert for_staff == {
        "care.show_queue", "care.show_claim", "care.show_evidence", "care.show_thumb", "care.show_members",
        "care.show_member",
    }  # fmt: skip
    for_admins = {endpoint for endpoint, (_methods, rule) in care.items() if rule is ADMINS}
    assert for_admins == {
        "care.show_people", "care.invite_person", "care.show_person", "care.invite_again", "care.change_role",
        "care.disable_person", "care.enable_person", "care.reset_factor",
    }  # fmt: skip
    for_leads_and_admins = {endpoint for endpoint, (_methods, rule) in care.items() if rule is LEADS_AND_ADMINS}
    assert for_leads_and_admins == {"care.show_alarms"}
    rest = care.keys() - for_staff - for_admins - for_leads_and_admins
    assert {care[endpoint][1] for endpoint in rest} == {AGENTS}
    assert all("POST" not in (care[endpoint][0] or ()) for endpoint in for_staff)


def test_nobody_is_sent_to_sign_in_first(site, asha):
    claim, _ = a_matched_claim(asha)

    for path in ("/care/", f"/care/claims/{claim.id}", "/care/members"):
        assert site.open(path).path.startswith("/sign-in")


@pytest.mark.parametrize("change", ["demoted", "disabled"])
def test_rights_that_are_gone_are_gone_on_open_pages(site, session, asha, casey, change):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    page = bench(site, casey, claim)
    user = session.get_one(User, casey.user_id)
    user.role = Role.ADMIN if change == "demoted" else Role.AGENT
    user.disabled_at = now() if change == "disabled" else None
    session.commit()

    page = decide(page, status=404 if change == "demoted" else 200)

    assert page.path.startswith("/care/claims" if change == "demoted" else "/sign-in")
    assert untouched(claim, asha)


@pytest.mark.parametrize(
    "change", [{"role": Role.ADMIN}, {"role": Role.MEMBER}, {"disabled_at": datetime(2026, 1, 1, tzinfo=UTC)}]
)
def test_service_reads_rights_again_under_the_lock(session, asha, casey, change):
    claim, event = a_matched_claim(asha, taken_by=casey)
    for name, value in change.items():
        setattr(session.get_one(User, casey.user_id), name, value)
    session.commit()

    with pytest.raises(NotFound), unit_of_work():
        decide_claim(
            claim.id, Decision(Verdict.APPROVE, claim.version, 45, event_id=event.id), by=casey.user_id, at=now()
        )


def test_nobody_decides_takes_or_sees_their_own_claim(site, session, asha, casey):
    session.get_one(Member, asha.member).user_id = casey.user_id
    session.commit()
    claim, event = a_matched_claim(asha)

    for act in CLAIM_ACTS:
        send(site.as_(casey), f"/care/claims/{claim.id}/{act}", verdict="approve", points="45", event=str(event.id))

    assert untouched(claim, asha)
    with pytest.raises(NotFound), unit_of_work():
        desk.take(claim.id, by=casey.user_id, at=now())


@pytest.mark.parametrize("act", CLAIM_ACTS)
def test_unknown_claims_do_not_exist(site, casey, act):
    send(site.as_(casey), f"/care/claims/{uuid4()}/{act}", verdict="approve", points="1")


def test_agent_gives_up_to_the_limit_and_a_lead_more(site, asha, casey, lena):
    claim, _ = a_matched_claim(asha, amount_minor=50_100, points=None, taken_by=casey)

    refused = decide(bench(site, casey, claim), status=422)

    assert refused.errors == {"points": "This is above your limit of 500 points. A lead must decide it"}
    assert untouched(claim, asha)
    refused.submit("Give back")
    with unit_of_work():
        desk.take(claim.id, by=lena.user_id, at=now())
    decide(bench(site, lena, claim))
    assert factories.balance_of(asha) == 501


def test_limit_itself_can_be_given(site, asha, casey):
    claim, _ = a_matched_claim(asha, amount_minor=50_000, points=None, taken_by=casey)

    decide(bench(site, casey, claim))

    assert factories.balance_of(asha) == 500


def test_lead_has_a_limit_too(site, asha, lena):
    claim, _ = a_matched_claim(asha, amount_minor=500_100, points=None, taken_by=lena)

    refused = decide(bench(site, lena, claim), status=422)

    assert refused.errors == {"points": "This is above your limit of 5,000 points. It needs a second person"}


def test_claim_nobody_holds_is_not_decided(session, asha, casey):
    claim, event = a_matched_claim(asha)

    with pytest.raises(Refused, match="not_taken"), unit_of_work():
        decide_claim(
            claim.id, Decision(Verdict.APPROVE, claim.version, 45, event_id=event.id), by=casey.user_id, at=now()
        )


def test_claim_of_a_colleague_is_not_decided(session, asha, casey, noor):
    claim, event = a_matched_claim(asha, taken_by=noor)

    with pytest.raises(desk.Taken) as told, unit_of_work():
        decide_claim(
            claim.id, Decision(Verdict.APPROVE, claim.version, 45, event_id=event.id), by=casey.user_id, at=now()
        )
    assert told.value.who == "Noor Haddad"


def test_one_event_pays_one_entry_whoever_asks(session, asha, casey):
    claim, event = a_matched_claim(asha, taken_by=casey)
    factories.an_entry(asha, 45, happened=now() - timedelta(days=5))
    with unit_of_work():
        decide_claim(
            claim.id, Decision(Verdict.APPROVE, claim.version, 45, event_id=event.id), by=casey.user_id, at=now()
        )

    with pytest.raises(Conflict), unit_of_work():
        decide_claim(
            claim.id, Decision(Verdict.APPROVE, claim.version, 45, event_id=event.id), by=casey.user_id, at=now()
        )
    assert factories.balance_of(asha) == 90


def test_forgery_of_the_form_is_refused(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    decide(bench(site, casey, claim), status=403, forged={"csrf_token": "stolen"})

    assert untouched(claim, asha)


def test_letter_that_cannot_be_written_leaves_nothing_behind(site, session, asha, casey):
    """An address the outbox refuses: the letter fails after the entry was posted."""
    claim, event = a_matched_claim(asha, taken_by=casey)
    page = bench(site, casey, claim)
    session.get_one(User, asha.user_id).email = "asha@club.example, eve@club.example"
    session.commit()

    decide(page, status=500)

    assert untouched(claim, asha)
    found = fresh(claim)
    assert (found.state, fresh(event).member_id, site.letters) == (ClaimState.IN_REVIEW, None, [])
