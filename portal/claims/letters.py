"""What we write to members about their claims; call these inside the unit of work that caused them."""

import uuid
from datetime import datetime, timedelta

from flask_babel import force_locale

from portal import programme
from portal.claims import queries
from portal.claims.lines import What
from portal.claims.queries import Outsider, Writing
from portal.claims.rules import ClaimKind, ClaimState, Verdict, verdict_due
from portal.claims.words import decided_alone, last_day, subject_of
from portal.mail.letter import JSON, SECRET, Letter
from portal.web import ui
from portal.web.links import absolute
from portal.working_days import calendar_of

VERDICT_LINES = {
    Verdict.APPROVE: What.APPROVED,
    Verdict.PART: What.PART_APPROVED,
    Verdict.DECLINE: What.DECLINED,
    Verdict.DUPLICATE: What.DUPLICATE,
}

# The line that ends a claim of somebody who cannot get in; until then they are only written to.
ANSWERS = {ClaimState.APPROVED: What.APPROVED, ClaimState.DECLINED: What.DECLINED}


def claim_received(claim_id: uuid.UUID) -> Letter:
    """Say that a claim has arrived, and by when it is answered."""
    writing = queries.writing_of(claim_id)
    facts, club = writing.facts, programme.current()
    with force_locale(writing.locale):
        parked = facts.parked_until if facts.state is ClaimState.PARKED else None
        due = verdict_due(calendar_of(club), club.claims, at=parked) if parked else facts.due_at
        return _letter(
            "claim_received",
            writing,
            parked_until=ui.weekday_day(last_day(parked)) if parked else "",
            due=ui.weekday_day(due) if due else "",
        )


def claim_decided(claim_id: uuid.UUID) -> Letter:
    """Tell the verdict, its reason in the member's words, the rule, and what would change it."""
    writing = queries.writing_of(claim_id)
    facts = writing.facts
    verdict = facts.verdict or Verdict.DECLINE
    is_about_points = facts.kind is not ClaimKind.TECHNICAL
    said = queries.last_said(claim_id, VERDICT_LINES[verdict])
    reason = next((known for known in programme.current().reasons if known.key == facts.reason), None)
    with force_locale(writing.locale):
        return _letter(
            "claim_decided",
            writing,
            verdict=verdict.value,
            points=facts.points_granted or 0,
            is_about_points=is_about_points,
            asked=facts.expected_points,
            balance=writing.balance if facts.points_granted or is_about_points else None,
            why=said.text or (reason.member_text if reason else "" if said.name else decided_alone()),
            rule=reason.rule_text if reason else "",
            change=list(reason.would_change) if reason else [],
            **_appeal(facts),
            agent=said.name.split(" ", 1)[0],
        )


def claim_needs_info(claim_id: uuid.UUID) -> Letter:
    """Ask for the one missing thing, with a place for its link; raises LookupError when nothing is asked."""
    writing = queries.writing_of(claim_id)
    question = queries.question_of(claim_id)
    if question is None:
        message = f"claim {writing.facts.reference} waits for no answer"
        raise LookupError(message)
    ask, _, words = question.words.partition("\n\n")
    with force_locale(writing.locale):
        return _letter(
            "claim_needs_info",
            writing,
            link=_answer_link(),
            ask=ask,
            words=words,
            agent=queries.last_said(claim_id, What.ASKED).name.split(" ", 1)[0],
            answer_by=ui.weekday_day(last_day(question.answer_by)),
        )


def claim_message(claim_id: uuid.UUID) -> Letter:
    """Bring the words an agent wrote last."""
    writing = queries.writing_of(claim_id)
    said = queries.last_said(claim_id, What.MESSAGE)
    with force_locale(writing.locale):
        return _letter("claim_message", writing, agent=said.name.split(" ", 1)[0], words=said.text)


def claim_withdrawn(claim_id: uuid.UUID) -> Letter:
    """Confirm that a claim was taken back, and until when it can be made again."""
    writing = queries.writing_of(claim_id)
    with force_locale(writing.locale):
        return _letter("claim_withdrawn", writing, again_by=_claimable_until(writing))


def claim_closed(claim_id: uuid.UUID, *, points: int) -> Letter:
    """Say that the points arrived by themselves, and the claim is closed."""
    writing = queries.writing_of(claim_id)
    with force_locale(writing.locale):
        arrived = ui.weekday_day(writing.facts.changed_at)
        return _letter("claim_closed", writing, points=points, arrived=arrived)


def claim_proposed(claim_id: uuid.UUID) -> Letter:
    """Say that promised points are late, and that a claim is filled in which one tap sends."""
    writing = queries.writing_of(claim_id)
    late = queries.late_of(writing.facts.member_id, writing.facts.expectation_id or claim_id)
    with force_locale(writing.locale):
        return _letter(
            "claim_proposed",
            writing,
            points=late.points,
            due=ui.weekday_day(late.due_at),
            link=absolute("claims.show_late", expectation_id=late.id),
        )


def claim_expired(claim_id: uuid.UUID) -> Letter:
    """Say that a question was not answered in time, and what can be done now."""
    writing = queries.writing_of(claim_id)
    with force_locale(writing.locale):
        return _letter("claim_expired", writing, again_by=_claimable_until(writing), **_appeal(writing.facts))


def claim_late(claim_id: uuid.UUID, *, due_at: datetime, points: int) -> Letter:
    """Say that the answer promised by `due_at` is late, the new day, and what the gift is for."""
    facts, club = queries.facts_of(claim_id), programme.current()
    is_outside = facts.kind is ClaimKind.ACCESS
    writing = None if is_outside else queries.writing_of(claim_id)
    gift = next((known for known in club.reasons if points and known.key == club.claims.late_goodwill_reason), None)
    with force_locale(writing.locale if writing else club.club.locale):
        said: dict[str, JSON] = {
            "due": ui.weekday_day(due_at),
            "day": ui.weekday_day(facts.new_due_at) if facts.new_due_at else "",
            "points": points,
            "why": gift.member_text if gift else "",
        }
        if writing is None:
            return _outside("claim_late", queries.outsider_of(claim_id), what="", **said)
        return _letter("claim_late", writing, **said)


def draft_lapsed(writing: Writing) -> Letter:
    """Say that an unsent claim is gone; its row is, so the letter is written from what was read before."""
    facts = writing.facts
    with force_locale(writing.locale):
        return Letter(
            kind="draft_lapsed",
            to=writing.email,
            facts={
                "name": writing.first_name,
                "what": _what(writing) if facts.kind else "",
                "days": programme.current().claims.draft_days,
                "claim_by": _claimable_until(writing),
                "link": absolute("claims.new_claim"),
            },
            locale=writing.locale,
            user_id=writing.user_id,
        )


def access_received(claim_id: uuid.UUID) -> Letter:
    """Tell whoever cannot get in that their words are here; nothing they wrote is repeated: it may be a stranger's."""
    outsider = queries.outsider_of(claim_id)
    with force_locale(programme.current().club.locale):
        return _outside("access_received", outsider, due=ui.weekday_day(outsider.due_at) if outsider.due_at else "")


def access_answered(claim_id: uuid.UUID) -> Letter:
    """Bring the words an agent wrote last to whoever cannot get in, and say whether this is the end of it."""
    outsider = queries.outsider_of(claim_id)
    what = ANSWERS.get(outsider.state, What.MESSAGE)
    said = queries.last_said(claim_id, what)
    reason = next((known for known in programme.current().reasons if known.key == outsider.reason), None)
    with force_locale(programme.current().club.locale):
        return _outside(
            "access_answered",
            outsider,
            words=said.text,
            agent=said.name.split(" ", 1)[0],
            outcome=what.value,
            rule=reason.rule_text if reason else "",
            change=list(reason.would_change) if reason else [],
        )


def _answer_link() -> str:
    """Give the address of the link with the place its secret goes to; braces would be quoted in it."""
    place = "x"
    return absolute("claims.follow_answer_link", secret=place).removesuffix(place) + SECRET


def _outside(kind: str, outsider: Outsider, **facts: JSON) -> Letter:
    return Letter(
        kind=kind,
        to=outsider.email,
        facts={"name": "", "reference": outsider.reference, "link": absolute("claims.ask_for_access"), **facts},
        locale=programme.current().club.locale,
    )


def _letter(kind: str, writing: Writing, **facts: JSON) -> Letter:
    return Letter(
        kind=kind,
        to=writing.email,
        facts={
            "name": writing.first_name,
            "reference": writing.facts.reference,
            "what": _what(writing),
            "link": absolute("claims.show_claim", reference=writing.facts.reference),
            **facts,
        },
        locale=writing.locale,
        user_id=writing.user_id,
    )


def _appeal(facts: queries.ClaimFacts) -> dict[str, JSON]:
    """Name the last day to appeal and the page where one tap does it; nothing where that cannot be."""
    ends = queries.appealable_until(facts)
    if ends is None:
        return {"appeal_by": "", "appeal_link": ""}
    link = absolute("claims.show_claim", reference=facts.reference)
    return {"appeal_by": ui.weekday_day(last_day(ends)), "appeal_link": f"{link}#appeal"}


def _what(writing: Writing) -> str:
    return subject_of(writing.facts.kind, writing.facts.activity, writing.facts.activity_day)


def _claimable_until(writing: Writing) -> str:
    """Write the last day this can still be claimed, or nothing where no day is known or it is over."""
    day = writing.facts.activity_day
    if day is None:
        return ""
    last = day + timedelta(days=programme.current().claims.window_days)
    today = writing.facts.changed_at.astimezone(programme.current().club.zone).date()
    return ui.day(last) if last >= today else ""
