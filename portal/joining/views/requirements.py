"""What somebody's membership still waits for, and what they can do about it now."""

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts.rules import read_address
from portal.accounts.views import bp
from portal.accounts.views.you import WORD
from portal.clock import now
from portal.errors import Refused
from portal.joining import queries
from portal.joining.ages import host_of, provider
from portal.joining.forms import DetailsForm, DocumentForm
from portal.joining.queries import Standing
from portal.joining.service import details, joins
from portal.joining.views.join import write_to
from portal.unit_of_work import unit_of_work
from portal.web.access import unfinished_too, visitor
from portal.web.htmx import go, page
from portal.web.trail import where
from portal.working_days import calendar_of

# Where a provider of age checks wants the member to go on, and for which check.
ONWARD = "age_onward"


@bp.get("/you/requirements")
@unfinished_too
def show_requirements() -> ResponseReturnValue:
    standing = queries.standing_of(visitor().member)
    return draw(standing, details_form(standing)) if standing.needs else go(url_for("home.show_home"))


@bp.post("/you/requirements/details")
@unfinished_too
def save_details() -> ResponseReturnValue:
    form = DetailsForm()
    standing = queries.standing_of(visitor().member)
    if not _is_agreed(form, standing):
        return draw(standing, form, 422)
    try:
        with unit_of_work():
            details.fill_in(standing.member_id, form.to_details(), where=where(), at=now())
    except Refused as refusal:
        if refusal.code == "being_checked":
            form.form_errors.append(_("Your document is being checked. Wait for the answer, then change your details"))
            return draw(queries.standing_of(standing.member_id), form, 422)
    return go(url_for("accounts.show_requirements"))


@bp.post("/you/requirements/letter")
@unfinished_too
def send_letter_again() -> ResponseReturnValue:
    wanted = read_address(visitor().email)
    with unit_of_work():
        waiting = joins.waiting(wanted.canonical)
        if waiting is not None:
            write_to(waiting, wanted, browser=joins.browser_of(waiting.user_id))
    return go(url_for("accounts.show_requirements"))


def details_form(standing: Standing) -> DetailsForm:
    """Give the form with what is known; what an unconfirmed address left behind is asked anew."""
    if standing.met.profile is None:
        return DetailsForm()
    form = DetailsForm(data={"name": standing.name, "country": standing.country})
    form.birth_date.fill(standing.birth_date)
    return form


def draw(standing: Standing, form: DetailsForm, status: int = 200, *, document: DocumentForm | None = None) -> Response:
    """Show the page; a form may be the one that was just refused."""
    terms, calendar = programme.current().joining, calendar_of(programme.current())
    check = standing.check
    kept_for, kept = session.get(ONWARD, ("", ""))
    onward = kept if check and kept_for == str(check.id) else ""
    return page(
        "joining/requirements.html",
        status=status,
        word=session.pop(WORD, ""),
        standing=standing,
        form=document if document and (document.errors or document.form_errors) else form,
        details=form,
        document=document or DocumentForm(),
        sends_document=terms.checks_age and provider().wants_document,
        is_elsewhere=terms.checks_age and not provider().wants_document,
        onward=onward,
        onward_host=host_of(onward),
        most_mb=programme.current().claims.evidence_mb,
        answer_by=calendar.add_working_days(check.asked_at, terms.age_working_days) if check else None,
        titles={activity.key: activity.name for activity in programme.current().activities},
    )


def _is_agreed(form: DetailsForm, standing: Standing) -> bool:
    """Judge the form; who has agreed before need not do so again to mend a slip."""
    if standing.met.profile is not None:
        del form.consent
    return bool(form.validate_on_submit())
