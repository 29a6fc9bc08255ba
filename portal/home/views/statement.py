"""A statement of a period: as a page, as a table, and to print."""

from collections.abc import Iterable

from flask import Response, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.clock import now
from portal.home import printing, queries, tables, words
from portal.home.forms import StatementForm
from portal.home.queries import Period
from portal.home.rules import sealed
from portal.home.views import bp
from portal.web import ui
from portal.web.access import members_only, visitor
from portal.web.htmx import page
from portal.web.security import DOWNLOAD_POLICY

LINES_ON_PAGE = 100
# A page of some 20 lines takes some 20 milliseconds to set.
MOST_PRINTED = 3000


@bp.get("/points/statement")
@members_only
def show_statement() -> ResponseReturnValue:
    form = _form()
    return _page(form) if form.validate() else _refused(form)


@bp.get("/points/statement.csv")
@members_only
def download_statement() -> ResponseReturnValue:
    form = _form()
    if not form.validate():
        return _refused(form)
    lines = sealed(queries.every_line(_period(form)))
    return _file(form, "csv", "text/csv; charset=utf-8", stream_with_context(tables.rows_of(lines)))


@bp.get("/points/statement.pdf")
@members_only
def print_statement() -> ResponseReturnValue:
    form = _form()
    if not form.validate():
        return _refused(form)
    summary = queries.summary_of(_period(form))
    if summary.count > MOST_PRINTED:
        most = ui.points(MOST_PRINTED)
        form.until.errors = [_("A PDF holds up to %(most)s lines. Choose fewer days, or take the table", most=most)]
        return _refused(form)
    sheet = printing.Sheet(
        who=visitor().name,
        number=queries.member_number(visitor().member),
        since=form.first_day,
        until=form.last_day,
        made_at=now(),
    )
    lines = sealed(queries.every_line(_period(form)))
    return _file(form, "pdf", "application/pdf", [printing.printed(sheet, summary, lines)])


def _form() -> StatementForm:
    return StatementForm(request.args, meta={"csrf": False})


def _period(form: StatementForm) -> Period:
    begins, ends = form.to_period(programme.current().club.zone)
    return Period(visitor().member, begins, ends)


def _page(form: StatementForm) -> Response:
    period = _period(form)
    form.show_days()
    return page(
        "home/statement.html",
        form=form,
        summary=queries.summary_of(period),
        lines=tuple(sealed(queries.first_lines(period, most=LINES_ON_PAGE))),
        query={"since": form.first_day.isoformat(), "until": form.last_day.isoformat()},
        words=words,
    )


def _refused(form: StatementForm) -> Response:
    return page("home/statement.html", status=422, form=form, summary=None)


def _file(form: StatementForm, ending: str, mimetype: str, content: Iterable[bytes]) -> Response:
    name = f"{programme.current().club.short_name}-{form.first_day}-{form.last_day}.{ending}"
    return Response(
        content,
        content_type=mimetype,
        headers={
            "Content-Security-Policy": DOWNLOAD_POLICY,
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )
