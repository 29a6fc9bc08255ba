"""Your details: what you are called, where you live, and how the portal speaks to you."""

from flask import session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries
from portal.accounts.forms.profile import ProfileForm
from portal.accounts.service.profile import change_profile
from portal.accounts.views import bp
from portal.accounts.views.you import WORD
from portal.clock import now
from portal.unit_of_work import unit_of_work
from portal.web.access import unfinished_too, visitor
from portal.web.htmx import go, page
from portal.web.trail import where


@bp.get("/you/profile")
@unfinished_too
def edit_profile() -> ResponseReturnValue:
    who = visitor()
    details = queries.details_of(who.member)
    form = ProfileForm(
        data={
            "name": who.name,
            "country": details.country,
            "locale": who.locale,
            "time_zone": who.time_zone,
            "wants_news": details.wants_news,
        }
    )
    return page("accounts/profile.html", "details", form=form)


@bp.post("/you/profile")
@unfinished_too
def save_profile() -> ResponseReturnValue:
    form = ProfileForm()
    if not form.validate_on_submit():
        return page("accounts/profile.html", "details", 422, form=form)
    with unit_of_work():
        changed = change_profile(visitor().member, form.to_profile(locale=visitor().locale), where=where(), at=now())
    if changed:
        session[WORD] = _("Your details are saved.")
    return go(url_for("accounts.show_you"))
