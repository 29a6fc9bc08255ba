"""What the nightly look at the books found wrong, for leads and admins."""

from flask.typing import ResponseReturnValue

from portal.alarms.queries import alarms
from portal.care.views import bp
from portal.care.words import alarm_title
from portal.web.access import leads_and_admins_only
from portal.web.htmx import page


@bp.get("/care/alarms")
@leads_and_admins_only
def show_alarms() -> ResponseReturnValue:
    found = alarms()
    return page(
        "care/alarms.html",
        open=[alarm for alarm in found if alarm.cleared_at is None],
        over=[alarm for alarm in found if alarm.cleared_at is not None],
        title_of=alarm_title,
    )
