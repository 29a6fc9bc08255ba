"""What the portal has decided by itself: a report by day, and the same as a table."""

import csv
import io
from datetime import timedelta

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.care import words
from portal.care.queries.alone import MOST_SHOWN, decided_alone
from portal.care.views import asker, bp
from portal.claims.words import subject_of
from portal.clock import now
from portal.web.access import agents_only
from portal.web.htmx import page
from portal.web.security import DOWNLOAD_POLICY

DAYS_SHOWN = 30
MOST_IN_TABLE = 20_000


@bp.get("/care/automatic")
@agents_only
def show_automatic() -> ResponseReturnValue:
    days = decided_alone(asker(), since=now() - timedelta(days=DAYS_SHOWN))
    return page(
        "care/automatic.html",
        days=days,
        count=sum(len(day.claims) for day in days),
        granted=sum(day.granted for day in days),
        points=sum(day.points for day in days),
        shown=DAYS_SHOWN,
        most=MOST_SHOWN,
        terms=programme.current().automatic,
        words=words,
        subject_of=subject_of,
    )


@bp.get("/care/automatic.csv")
@agents_only
def download_automatic() -> ResponseReturnValue:
    out = io.StringIO(newline="")
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow((_("Day"), _("Decided (UTC)"), _("Claim"), _("Activity"), _("Verdict"), _("Points"), _("Reason")))
    for day in decided_alone(asker(), since=now() - timedelta(days=DAYS_SHOWN), most=MOST_IN_TABLE):
        for one in day.claims:
            state = words.state_words(one.kind, one.state)
            moment = one.decided_at.isoformat(timespec="seconds")
            writer.writerow((day.day, moment, one.reference, one.activity, state, one.points, one.reason))
    headers = {
        "Content-Security-Policy": DOWNLOAD_POLICY,
        "Content-Disposition": 'attachment; filename="decided-automatically.csv"',
    }
    return Response(out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
