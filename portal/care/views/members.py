"""Members at the desk: found, looked at, and adjusted with a reason."""

import uuid
from typing import Any

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts.rules import MemberState
from portal.audit.rules import Verb
from portal.care import words
from portal.care.forms import AdjustForm, refuse
from portal.care.letters import points_adjusted
from portal.care.queries.members import Facts, claims_of, facts_of, ledger_of, members_called
from portal.care.rules import Change, change
from portal.care.screen import counts_for_tier
from portal.care.service import adjust
from portal.care.views import asker, bp
from portal.care.views.looks import note_look
from portal.claims.words import subject_of
from portal.clock import now
from portal.errors import Conflict, NotFound, Refused
from portal.mail import outbox
from portal.points.rules import read_sequence
from portal.tiers.letters import has_risen, tier_reached
from portal.tiers.queries import addressee_of, kept_tier
from portal.tiers.rules import ladder_of, progress
from portal.unit_of_work import unit_of_work
from portal.web import ui
from portal.web.access import agents_only, staff_only, visitor
from portal.web.forms import clean_line
from portal.web.htmx import go, page, wants_fragment

LONGEST_SEARCH = 120
LONGEST_NUMBER = 12


@bp.get("/care/members")
@staff_only
def show_members() -> ResponseReturnValue:
    find = clean_line(request.args.get("find", ""))[:LONGEST_SEARCH]
    found, after = members_called(find, asker(), after=clean_line(request.args.get("after", ""))[:LONGEST_NUMBER])
    kept: dict[str, Any] = {"find": find} if find else {}
    more = url_for("care.show_members", **kept | {"after": after}) if after else ""
    drawn = page("care/members.html", found=found, find=find, more=more, tiers=programme.current().tiers, words=words)
    note_look(Verb.SEARCHED_MEMBERS, ("members", ""), facts={"found": len(found)}, words={"find": find})
    return drawn


@bp.get("/care/members/<uuid:member_id>")
@staff_only
def show_member(member_id: uuid.UUID) -> ResponseReturnValue:
    facts = facts_of(member_id, asker())
    before = read_sequence(request.args.get("before", ""))
    lines, has_more = ledger_of(member_id, before=before)
    drawn = page(
        "care/member.html",
        facts=facts,
        progress=progress(facts.standing.status_points, ladder_of(programme.current()), kept_tier(facts.tier)),
        lines=lines,
        more=url_for("care.show_member", member_id=member_id, before=lines[-1].sequence) if has_more else "",
        is_first=before is None,
        claims=claims_of(member_id),
        subject_of=subject_of,
        tiers=programme.current().tiers,
        can_adjust=visitor().is_agent and facts.has_points,
        can_reset=visitor().is_agent and facts.state is not MemberState.CLOSED,
        word=session.pop("care_word", ""),
        words=words,
    )
    _note_look(facts)
    return drawn


@bp.get("/care/members/<uuid:member_id>/adjustments")
@agents_only
def new_adjustment(member_id: uuid.UUID) -> ResponseReturnValue:
    return _draw(member_id, AdjustForm())


@bp.get("/care/members/<uuid:member_id>/adjustments/sum")
@agents_only
def show_adjustment_sum(member_id: uuid.UUID) -> ResponseReturnValue:
    return _draw(member_id, AdjustForm(formdata=request.args), block="changes")


@bp.post("/care/members/<uuid:member_id>/adjustments/sum")
@agents_only
def work_out_adjustment(member_id: uuid.UUID) -> ResponseReturnValue:
    """Show what was typed with its consequences; nothing is written, and nothing is judged yet."""
    return _draw(member_id, AdjustForm())


@bp.post("/care/members/<uuid:member_id>/adjustments")
@agents_only
def adjust_points(member_id: uuid.UUID) -> ResponseReturnValue:
    facts = _adjustable(member_id)
    form = AdjustForm()
    if not form.validate():
        return _draw(member_id, form, status=422)
    at, who = now(), visitor()
    try:
        with unit_of_work():
            adjusted = adjust(member_id, form.to_adjustment(), by=who.user_id, at=at)
            if adjusted.is_new:
                outbox.add(points_adjusted(member_id, adjusted, at=at))
            if adjusted.is_new and has_risen(adjusted.follow):
                outbox.add(tier_reached(addressee_of(member_id), adjusted.follow))
    except Refused as error:
        refuse(form, error.code, limit=programme.current().desk.limit(who.role), is_lead=who.role != "agent")
        return _draw(member_id, form, status=422)
    except Conflict:
        form.renew()
        return _draw(member_id, form, status=409)
    session["care_word"] = _(
        "%(points)s points for %(who)s, with a letter.", points=ui.signed_text(form.points.points or 0), who=facts.name
    )
    return go(url_for("care.show_member", member_id=member_id))


def _adjustable(member_id: uuid.UUID) -> Facts:
    facts = facts_of(member_id, asker())
    if not facts.has_points:
        raise NotFound
    return facts


def _draw(member_id: uuid.UUID, form: AdjustForm, *, block: str = "", status: int = 200) -> Response:
    facts = _adjustable(member_id)
    drawn = page(
        "care/adjustment.html",
        block or None,
        status,
        facts=facts,
        form=form,
        change=_change(form, facts),
        reasons={reason.key: reason for reason in programme.current().reasons_for("adjust")},
        limit=programme.current().desk.limit(visitor().role),
        is_used=status == 409,  # noqa: PLR2004 - the form's key stands for something else
        who=visitor(),
    )
    if not (block and wants_fragment()):
        _note_look(facts)
    return drawn


def _note_look(facts: Facts) -> None:
    note_look(Verb.LOOKED_AT_MEMBER, ("member", str(facts.id)), about=facts.user_id)


def _change(form: AdjustForm, facts: Facts) -> Change | None:
    """Work out what the form would change as it stands; nothing can be said of points that are no number."""
    points = form.points.points or 0
    if abs(points) > programme.current().claims.points_max:
        return None
    return change(
        facts.standing,
        points,
        counts_for_tier=counts_for_tier(form.reason.data or ""),
        ladder=ladder_of(programme.current()),
        coming=facts.coming,
        kept=kept_tier(facts.tier),
    )
