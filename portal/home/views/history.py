"""The history: every line with its reason, what is on its way, and where something may be missing."""

from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.activities.ways import ways_to_earn
from portal.claims.words import subject_of, title_of
from portal.clock import now
from portal.home import queries, words
from portal.home.forms import HistoryForm
from portal.home.rules import Month, Surroundings, months
from portal.home.views import bp
from portal.points.ageing import lapses_ahead
from portal.points.queries import Group, Wanted
from portal.points.rules import bars, read_sequence
from portal.web.access import members_only, visitor
from portal.web.htmx import page, wants_fragment


@bp.get("/points")
@members_only
def show_points() -> ResponseReturnValue:
    zone = programme.current().club.zone
    today = now().astimezone(zone).date()
    form = HistoryForm(request.args, meta={"csrf": False})
    is_understood = form.validate()
    wanted = form.to_wanted(zone)
    before = read_sequence(request.args.get("before", ""))
    found = queries.history_of(
        visitor().member, wanted, before=before, today=today, zone=zone, with_chart=not wants_fragment()
    )
    coming = () if before else found.coming
    drawn = _months(found, wanted, today)
    is_new = wanted.is_everything and is_understood and not (drawn or coming or before)
    return page(
        "home/points.html",
        "lines",
        200 if is_understood else 422,
        who=visitor(),
        today=today,
        form=form,
        is_new=is_new,
        ways=ways_to_earn() if is_new else (),
        chart=bars(found.chart, current=today),
        sums=found.chart,
        lapses=() if wants_fragment() else lapses_ahead(visitor().member),
        lasts_months=programme.current().standing.expiry_months,
        chips=_chips(form),
        is_narrowed=not wanted.is_everything,
        coming=coming,
        months=drawn,
        lines=found.lines,
        days=found.days,
        references=found.references,
        messages=found.messages,
        related=found.related,
        words=words,
        title_of=title_of,
        subject_of=subject_of,
        query=form.to_query(),
        before=before,
        is_fragment=wants_fragment(),
        more=_more(found, form),
        is_cut=found.is_cut,
    )


def _months(found: queries.History, wanted: Wanted, today: date) -> tuple[Month, ...]:
    """Put the page into months; nobody is asked what is missing from lines that were left out on purpose."""
    window = timedelta(days=programme.current().claims.window_days)
    around = Surroundings(
        today=today,
        newer=found.newer,
        older=found.older,
        claimable_since=today - window if wanted.is_everything else None,
    )
    return months(found.days, (*found.asked, *found.unpaid), found.sums, around)


def _more(found: queries.History, form: HistoryForm) -> str:
    """Give the address of the older lines, if there are any."""
    query: dict[str, Any] = form.to_query()
    return url_for("home.show_points", before=found.lines[-1].sequence, **query) if found.has_more else ""


def _chips(form: HistoryForm) -> list[dict[str, Any]]:
    """Give the links that pick an activity or a kind of line; what is searched for stays."""
    kept: dict[str, Any] = {name: value for name, value in form.to_query().items() if name not in {"activity", "kind"}}
    picks: list[tuple[str, dict[str, Any]]] = [(_("All"), {})]
    picks += [(activity.plural, {"activity": activity.key}) for activity in programme.current().activities]
    picks += [
        (name, {"kind": group.value})
        for group, name in (
            (Group.CORRECTIONS, _("Corrections")),
            (Group.GIFTS, _("Gifts")),
            (Group.SPENT, _("Spent")),
            (Group.TAKEN_BACK, _("Taken back")),
            (Group.NOTHING, _("Brought nothing")),
        )
    ]
    chosen: dict[str, Any] = {name: value for name, value in form.to_query().items() if name in {"activity", "kind"}}
    return [
        {"title": title, "href": url_for("home.show_points", **kept, **pick), "current": pick == chosen}
        for title, pick in picks
    ]
