"""The queue: all views of it, filters and search in the address, and taking the next claim."""

from typing import Any
from uuid import UUID

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from portal import programme
from portal.activities.queries import late_promises
from portal.audit.rules import Verb
from portal.care import words
from portal.care.listing import Wording
from portal.care.queries.counts import counts_for
from portal.care.queries.found import found_for
from portal.care.queries.keyset import read_cursor
from portal.care.queries.queue import rows_for
from portal.care.rules import View, Wanted, With, points_ranges
from portal.care.views import asker, bp
from portal.care.views.looks import note_look
from portal.claims.rules import ClaimKind
from portal.claims.service import desk
from portal.clock import now
from portal.unit_of_work import unit_of_work
from portal.web.access import agents_only, staff_only, visitor
from portal.web.forms import clean_line
from portal.web.htmx import go, page, wants_fragment

LONGEST_SEARCH = 120
MOST_TRIES = 5


@bp.get("/care/")
@staff_only
def show_queue() -> ResponseReturnValue:
    return _draw(_wanted(request.args))


@bp.post("/care/next")
@agents_only
def take_next() -> ResponseReturnValue:
    claim_id = _take_next(visitor().user_id)
    if claim_id is None:
        return _draw(Wanted(), word="nothing")
    return go(url_for("care.show_claim", claim_id=claim_id))


def _take_next(agent: UUID) -> UUID | None:
    """Try again where the only claims left were being written to: nobody goes empty-handed while work is left."""
    for _try in range(MOST_TRIES):
        with unit_of_work():
            claim = desk.take_next(by=agent, at=now())
            claim_id = claim.id if claim else None
        if claim_id is not None or not desk.is_any_left(by=agent, at=now()):
            return claim_id
    return None


def _draw(wanted: Wanted, *, word: str = "") -> Response:
    """Draw the page, or for a poll just the list; nothing at all when the poll has the newest list already."""
    at, who = now(), asker()
    counts = counts_for(who, at=at)
    if wants_fragment() and request.args.get("since") == counts.version:
        return Response(status=204)
    after = read_cursor(request.args.get("after", ""))
    rows = rows_for(wanted, who, at=at, after=after)
    wording = Wording(at=at, user_id=who.user_id)
    kept = _kept(wanted)
    drawn = page(
        "care/queue.html",
        "claims",
        wanted=wanted,
        counts=counts,
        rows=wording.cells(rows.rows, found_for(rows.rows)),
        more=url_for("care.show_queue", **kept, after=rows.after) if rows.after else "",
        first=url_for("care.show_queue", **kept) if after else "",
        poll=url_for("care.show_queue", **kept | _after(), since=counts.version),
        is_filtered=bool(wanted.kind or wanted.tier or wanted.points or wanted.with_whom),
        kinds=list(ClaimKind),
        tiers=programme.current().tiers,
        ranges=points_ranges(),
        who=visitor(),
        views=list(View),
        words=words,
        word=word or session.pop("care_word", ""),
        # Nobody can put this right from the list: it is read with the page, and not by every poll.
        late=None if wants_fragment() else late_promises(at=at),
        is_fragment=wants_fragment(),
    )
    if wanted.find:
        note_look(Verb.SEARCHED_MEMBERS, ("queue", ""), facts={"found": len(rows.rows)}, words={"find": wanted.find})
    return drawn


def _wanted(args: MultiDict[str, str]) -> Wanted:
    """Read what is wanted from the address; whatever is none of ours is left open."""
    tiers = {tier.key for tier in programme.current().tiers}
    kinds = {kind.value for kind in ClaimKind}
    return Wanted(
        view=next((view for view in View if view.value == args.get("view")), View.NEXT),
        kind=kind if (kind := args.get("kind", "")) in kinds else "",
        tier=tier if (tier := args.get("tier", "")) in tiers else "",
        points=next((found for found in points_ranges() if found.key == args.get("points")), None),
        with_whom=next((found for found in With if found.value == args.get("with")), With.ANYONE),
        find=clean_line(args.get("find", ""))[:LONGEST_SEARCH],
    )


def _kept(wanted: Wanted) -> dict[str, Any]:
    """Give the address of a view without what is left open."""
    parts = {
        "view": wanted.view.value if wanted.view is not View.NEXT else "",
        "kind": wanted.kind,
        "tier": wanted.tier,
        "points": wanted.points.key if wanted.points else "",
        "with": wanted.with_whom.value,
        "find": wanted.find,
    }
    return {name: value for name, value in parts.items() if value}


def _after() -> dict[str, str]:
    cursor = request.args.get("after", "")
    return {"after": cursor} if read_cursor(cursor) else {}
