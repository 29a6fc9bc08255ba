"""What the look-up found, told in the member's own data: the line, the day, the claim, the rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import flask_babel
from flask import url_for
from flask_babel import lazy_gettext as _l

from portal import programme
from portal.activities.rules import Ineligible, steps_from
from portal.activities.why import failed, rule_text
from portal.claims import queries
from portal.claims.queries import Answer, ClaimFacts, LookUp, Named, Standing, Thing
from portal.claims.rules import ClaimKind, DayCode
from portal.claims.views.plan import Item, way_of_points
from portal.claims.words import last_day, subject_of, title_of
from portal.web import ui
from portal.web.access import visitor

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

MARKS = {
    Standing.LATE: "open",
    Standing.ON_ITS_WAY: "hatched",
    Standing.NOT_ELIGIBLE: "refused",
    Standing.CREDITED: "solid",
    Standing.TAKEN_BACK: "outline",
    Standing.RETURNED: "outline",
}

CHOICE_NOTES = {
    Standing.LATE: _l("No points yet, they were due by %(past)s"),
    Standing.ON_ITS_WAY: _l("On its way, due by %(due)s"),
    Standing.NOT_ELIGIBLE: _l("Seen %(day)s, earns no points"),
    Standing.CREDITED: _l("%(points)s points, %(day)s"),
    Standing.TAKEN_BACK: _l("%(points)s points taken back, %(day)s"),
    Standing.RETURNED: _l("Sent back or cancelled, %(day)s"),
}
SEEN = {
    Standing.LATE: (_l("%(thing)s has no points yet"), _l("%(points)s points were due by %(past)s")),
    Standing.ON_ITS_WAY: (_l("%(thing)s is on its way"), _l("%(points)s points are due by %(due)s. Nothing to do.")),
    Standing.NOT_ELIGIBLE: (_l("%(thing)s does not count"), _l("%(why)s")),
    Standing.CREDITED: (_l("%(thing)s is here"), _l("%(points)s points on %(day)s")),
    Standing.TAKEN_BACK: (_l("%(thing)s: points were taken back"), _l("%(points)s points on %(day)s")),
    Standing.RETURNED: (
        _l("%(thing)s was sent back or cancelled"),
        _l("On %(day)s, before its points came: it brings none"),
    ),
}
# What could still be asked about, were it not so long ago.
UNSETTLED = frozenset({Standing.LATE, Standing.NOT_ELIGIBLE, Standing.TAKEN_BACK, Standing.RETURNED})


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing we found."""

    mark: str
    title: str
    note: str = ""
    href: str = ""
    link: str = ""
    tone: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One activity as the first step offers it."""

    key: str
    title: str
    note: str
    mark: str
    is_priced: bool


@dataclass(frozen=True, slots=True)
class Said:
    """The second step in words: how it begins, what was found or the way of the points, and what the button does."""

    opening: str
    lines: list[Seen]
    way: list[Item]
    button: str


def said_about(facts: ClaimFacts, found: LookUp, hints: Sequence[Seen] = ()) -> Said:
    """Put a look-up into words; `hints` are of what may be the member's."""
    lines = [*claims_seen(found), *hints, *_about_match(facts, found)]
    lines += [thing_seen(thing) for thing in found.nearby]
    if facts.kind is ClaimKind.BALANCE_DIFFERS:
        balance = ui.points(visitor().balance)
        lines.insert(0, Seen("solid", _("Your balance is %(points)s points", points=balance), *_every_line()))
    return Said(_opening(facts, found), lines, way_of_points(found), _button(facts, found))


def thing_choice(thing: Thing) -> Choice:
    """Offer one activity to be claimed about."""
    title = title_of(thing.activity, thing.happened_at)
    if thing.amount_minor:
        title = _("%(thing)s, %(amount)s", thing=title, amount=ui.money(thing.amount_minor))
    note = str(CHOICE_NOTES[thing.standing]) % _figures(thing)
    return Choice(thing.key, title, note, MARKS[thing.standing], thing.expectation_id is not None)


def thing_seen(thing: Thing, *, strong: bool = False) -> Seen:
    """Tell how far the points of one activity have come."""
    title, note = SEEN[thing.standing]
    figures = _figures(thing)
    is_settled = thing.standing in {Standing.CREDITED, Standing.TAKEN_BACK}
    return Seen(
        mark=MARKS[thing.standing],
        title=str(title) % {"thing": title_of(thing.activity, thing.happened_at)},
        note=str(note) % figures,
        href=_line_url(thing) if is_settled else "",
        link=_("See the line") if is_settled else "",
        tone="ink" if thing.standing in {Standing.NOT_ELIGIBLE, Standing.TAKEN_BACK, Standing.RETURNED} else "",
        strong=strong,
    )


def _figures(thing: Thing) -> dict[str, str]:
    due = last_day(thing.moves_at)
    return {
        "points": ui.points(abs(thing.points)),
        "day": ui.day(thing.moves_at),
        "due": ui.weekday_day(due),
        "past": ui.day(due),
        "why": why_not(thing) if thing.standing is Standing.NOT_ELIGIBLE else "",
    }


def why_not(thing: Thing) -> str:
    """Say by which rule something earns nothing: by how much it failed, and the rule's own words."""
    if thing.code == Ineligible.BEFORE_JOINING:
        joined = queries.joined_at(visitor().member)
        return _("It happened on %(day)s, and you joined on %(joined)s.", day=ui.day(thing.day), joined=ui.day(joined))
    failing = failed(thing.code, steps_from(thing.computation))
    return " ".join(part for part in (failing, rule_text(thing.activity, thing.rule_version)) if part)


def too_late_seen(thing: Thing, *, at: datetime) -> list[Seen]:
    """Say until when something could be claimed that is too long ago now."""
    club = programme.current()
    until = thing.day + timedelta(days=club.claims.window_days)
    if thing.standing not in UNSETTLED or until >= at.astimezone(club.club.zone).date():
        return []
    return [Seen("refused", _("It could be claimed until %(day)s", day=ui.day(until)), tone="ink")]


def claims_seen(found: LookUp | Named, *, is_linked: bool = False) -> list[Seen]:
    """Tell of the member's own claims about the same thing."""
    seen: list[Seen] = []
    if found.open_claim is not None:
        claim = found.open_claim
        sent = _("Sent %(day)s", day=ui.day(claim.submitted_at or claim.created_at))
        title = _("Your claim %(reference)s is open", reference=claim.reference)
        href, link = (_claim_url(claim), _("Open that claim")) if is_linked else ("", "")
        seen.append(Seen("hatched", title, sent, href, link, strong=True))
    for claim in found.earlier:
        title = _("You claimed this before: %(reference)s", reference=claim.reference)
        note = _("Closed %(day)s", day=ui.day(claim.decided_at or claim.changed_at))
        seen.append(Seen("outline", title, note, _claim_url(claim), _("See how it ended"), tone="ink"))
    return seen


def _about_match(facts: ClaimFacts, found: LookUp) -> list[Seen]:
    if found.match is not None:
        return [thing_seen(found.match, strong=True)]
    if not facts.activity or found.open_claim is not None:
        return []
    title = _(
        "%(thing)s is not among your activities yet", thing=subject_of(facts.kind, facts.activity, facts.activity_day)
    )
    note = _("Tell us more in the next steps, and we look for it")
    return [Seen("open", title, note, strong=True)]


def _opening(facts: ClaimFacts, found: LookUp) -> str:
    match found.answer:
        case Answer.EARLY if found.due_at is not None:
            about = subject_of(facts.kind, facts.activity, facts.activity_day)
            day = ui.weekday_day(last_day(found.due_at))
            if found.match is not None:
                return _("%(thing)s is on its way: points are due by %(day)s.", thing=about, day=day)
            return _(
                "%(thing)s is not here yet, and does not need to be: points take until %(day)s.", thing=about, day=day
            )
        case Answer.CREDITED:
            return _("We found them in your history. Is it the number that is wrong? Then change what is missing.")
        case Answer.CLAIMED:
            return _("One claim at a time for one thing: write in that one, and it is read by the same person.")
        case Answer.TOO_LATE:
            return _refusal(facts, found)
        case _:
            return _("We looked at your own orders and activity. This may already answer it.")


def _refusal(facts: ClaimFacts, found: LookUp) -> str:
    refusal = found.refusal
    if refusal is None:
        return ""
    nearest = ui.day(refusal.nearest)
    match refusal.code:
        case DayCode.BEFORE_JOINING:
            return _("You joined on %(day)s. What happened before that day earns no points.", day=nearest)
        case DayCode.TOO_LONG_AGO:
            days = programme.current().claims.window_days
            until = ui.day(facts.activity_day + timedelta(days=days)) if facts.activity_day else ""
            return _(
                "You can claim for %(days)s days: this could be claimed until %(until)s. "
                "Today that reaches back to %(day)s.",
                days=days,
                until=until,
                day=nearest,
            )
        case DayCode.FUTURE:
            return _("That day is still to come.")


def _button(facts: ClaimFacts, found: LookUp) -> str:
    if found.answer is Answer.EARLY and found.due_at is not None:
        return _("Park my claim until %(day)s", day=ui.day(last_day(found.due_at)))
    if found.answer is Answer.CREDITED:
        return _("These are not the points I mean")
    if facts.expected_points and facts.kind is ClaimKind.MISSING and facts.activity_day:
        return ngettext(
            "Claim %(points)s point for %(day)s",
            "Claim %(points)s points for %(day)s",
            facts.expected_points,
            points=ui.points(facts.expected_points),
            day=ui.day(facts.activity_day),
        )
    return _("Continue")


def _claim_url(claim: ClaimFacts) -> str:
    return url_for("claims.show_claim", reference=claim.reference)


def _line_url(thing: Thing) -> str:
    day = thing.day.isoformat()
    return url_for("home.show_points", since=day, until=day)


def _every_line() -> tuple[str, str, str]:
    return _("It is the sum of every line of your history"), url_for("home.show_points"), _("See every line")
