"""Why the balance is not what somebody remembers: every line from then to now, and what they add up to."""

from flask import request
from flask.typing import ResponseReturnValue

from portal import programme
from portal.home import queries, tier_words, words
from portal.home.forms import BalanceForm
from portal.home.views import bp
from portal.tiers.queries import tier_on
from portal.web.access import members_only, visitor
from portal.web.htmx import page


@bp.get("/points/balance")
@members_only
def explain_balance() -> ResponseReturnValue:
    zone = programme.current().club.zone
    form = BalanceForm(request.args, meta={"csrf": False})
    is_asked = bool(request.args)
    is_understood = is_asked and form.validate()
    remembered = form.to_remembered(zone) if is_understood else None
    return page(
        "home/balance.html",
        status=422 if is_asked and not is_understood else 200,
        form=form,
        who=visitor(),
        remembered=remembered,
        day=form.day.day,
        found=queries.explained(visitor().member, remembered) if remembered else None,
        tier_then=tier_words.name_of(tier_on(visitor().member, remembered.ends)) if remembered else "",
        words=words,
    )
