"""The decision screen, drawn the same way for a look, a slip and a clash."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from portal import programme
from portal.audit.rules import Verb
from portal.care import prefill, replies, words
from portal.care.forms import GIVING, DecideForm, MessageForm, NoteForm, VersionedForm
from portal.care.queries.appealed import appealed_by
from portal.care.queries.claim import Sheet, sheet_of
from portal.care.queries.pictures import Picture, pictures_of
from portal.care.queries.timeline import steps_of
from portal.care.rules import Change
from portal.care.screen import Bench, bench_for, change_for
from portal.care.views import asker
from portal.care.views.looks import note_look
from portal.care.words import sum_of
from portal.claims.lines import By, What
from portal.claims.rules import ClaimState
from portal.claims.service.desk import Taken
from portal.claims.service.moves import StaleClaim
from portal.claims.service.own import OwnVerdict
from portal.claims.words import subject_of, title_of
from portal.clock import now
from portal.errors import Conflict
from portal.programme import Reason
from portal.web.access import visitor
from portal.web.htmx import page, wants_fragment

# These blocks show nothing of the story and the pictures, so nothing of them is read.
SMALL_BLOCKS = frozenset({"changes", "reply"})


@dataclass(frozen=True, slots=True)
class Clash:
    """What happened first while a page was open: who, what and when; `seen` is the state that page showed."""

    kind: str
    who: str = ""
    is_me: bool = False
    by: By | None = None
    what: What | None = None
    at: datetime | None = None
    seen: ClaimState | None = None


def clash_of(error: Conflict, *, seen: str = "") -> Clash:
    """Read from an error who was faster."""
    state = next((state for state in ClaimState if state.value == seen), None)
    if isinstance(error, Taken):
        return Clash("taken", who=error.who, at=error.until, seen=state)
    if isinstance(error, StaleClaim):
        is_me = error.who_id == visitor().user_id
        return Clash("stale", error.who, is_me=is_me, by=error.by, what=error.what, at=error.at, seen=state)
    return Clash("own" if isinstance(error, OwnVerdict) else "settled", seen=state)


def draw(
    claim_id: UUID,
    block: str = "",
    status: int = 200,
    *,
    decision: DecideForm | None = None,
    note: NoteForm | None = None,
    message: MessageForm | None = None,
    clash: Clash | None = None,
) -> Response:
    """Draw the screen afresh; a form that is handed in keeps what was typed into it."""
    at, who = now(), visitor()
    sheet = sheet_of(claim_id, asker())
    args = request.form if request.method == "POST" else request.args
    bench = bench_for(sheet, event_id=prefill.chosen_event(args))
    sent: VersionedForm | None = decision or note or message
    decision = decision or prefill.prefilled(sheet, bench, request.args)
    decision.reply.label.text = _("Reply to %(name)s", name=_name(sheet))
    is_small = block in SMALL_BLOCKS and wants_fragment()
    can_act = who.is_agent and sheet.is_held_by(who.user_id)
    can_take = who.is_agent and sheet.can_be_taken(at) and not can_act
    is_typed = sent is not None and sent is decision
    pictures = () if is_small else pictures_of(claim_id, asker())
    is_part = bool(block) and wants_fragment()
    appealed = None if is_part or sheet.appeal_of_id is None else appealed_by(claim_id, asker())
    drawn = page(
        "care/claim.html",
        block or None,
        status,
        at=at,
        who=who,
        claim=sheet,
        subject=subject_of(sheet.kind, sheet.activity, sheet.activity_day),
        bench=bench,
        worth=bench.worth,
        change=_change(sheet, bench, decision),
        pictures=pictures,
        picture=_picture(pictures),
        steps=() if is_small else steps_of(claim_id),
        form=sent or decision,
        decision=decision,
        note=note or NoteForm(formdata=None),
        message=message or MessageForm(formdata=None),
        reasons=_reasons(sheet),
        templates=replies.groups_for(sheet),
        limit=programme.current().desk.limit(who.role),
        lease_minutes=programme.current().desk.lease_minutes,
        can_act=can_act,
        can_take=can_take,
        is_typed=is_typed,
        shows_form=can_act or (is_typed and can_take),
        is_fragment=is_part,
        clash=clash,
        name=_name(sheet),
        reason_label=_label(sheet.reason),
        appealed=appealed,
        appealed_reason=_label(appealed.reason) if appealed else "",
        sum_of=sum_of,
        tiers=programme.current().tiers,
        activity=next((found for found in programme.current().activities if found.key == sheet.activity), None),
        title_of=title_of,
        words=words,
    )
    if not is_part:
        # A part of a page they have before them is no look of its own.
        owner = sheet.owner.user_id if sheet.owner else None
        note_look(Verb.LOOKED_AT_CLAIM, ("claim", str(claim_id)), about=owner)
    return drawn


def _reasons(sheet: Sheet) -> dict[str, tuple[Reason, ...]]:
    """List the reasons by the verdicts they fit."""
    club = programme.current()
    found = {verdict: club.reasons_for(verdict, access=sheet.is_access) for verdict in replies.VERDICTS}
    return {verdict: fitting for verdict, fitting in found.items() if fitting}


def _label(reason: str) -> str:
    return next((known.label for known in programme.current().reasons if known.key == reason), "")


def _name(sheet: Sheet) -> str:
    """Give what we call whoever filed the claim."""
    return sheet.owner.first_name if sheet.owner else sheet.contact_email


def _change(sheet: Sheet, bench: Bench, form: DecideForm) -> Change | None:
    """Work out what the form would change as it stands; nothing can be said of points that are no number."""
    if sheet.owner is None:
        return None
    points = form.points.points if form.verdict.data in GIVING or not form.verdict.data else 0
    most = programme.current().claims.points_max
    if points is None or not 0 <= points <= most:
        return None
    return change_for(sheet.owner.standing, bench, points, reason=form.reason.data or "", tier=sheet.owner.tier)


def _picture(pictures: tuple[Picture, ...]) -> Picture | None:
    """Choose the picture the viewer shows: the one the address names, else the first."""
    wanted = request.args.get("picture", "")
    named = (picture for picture in pictures if str(picture.id) == wanted)
    return next(named, pictures[0] if pictures else None)
