"""The pages of the desk. Staff may look; only agents and leads may act."""

from flask import Blueprint

from portal.care.rules import Asker
from portal.web.access import visitor

bp = Blueprint("care", __name__)


def asker() -> Asker:
    """Give who looks, as the desk's queries want to know them."""
    who = visitor()
    return Asker(who.user_id, who.member_id)


from portal.care.views import acts, ages, alarms, alone, claim, decision, evidence, lost_factor, members, people, queue  # noqa: E402, F401 - they hang their routes on bp
