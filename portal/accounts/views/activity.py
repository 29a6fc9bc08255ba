"""What was done with somebody's account: their own part of the log, in plain words."""

import uuid

from flask import request
from flask.typing import ResponseReturnValue

from portal.accounts.devices import device_name
from portal.accounts.views import bp
from portal.accounts.words import DEEDS
from portal.audit.queries import lines_about
from portal.web.access import unfinished_too, visitor
from portal.web.htmx import page


@bp.get("/you/activity")
@unfinished_too
def show_activity() -> ResponseReturnValue:
    lines, more = lines_about(visitor().user_id, verbs=DEEDS.keys(), before=_before())
    told = [(line.at, DEEDS[line.verb], device_name(line.agent) if line.agent else "") for line in lines]
    return page("accounts/activity.html", "lines", lines=told, more=more)


def _before() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.args["before"])
    except (KeyError, ValueError):
        return None
