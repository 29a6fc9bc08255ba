"""The link of the letter: looking at it uses nothing up, and it counts for whoever joined."""

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.queries import Login
from portal.accounts.rules import Factor
from portal.accounts.service import holding, limits, links, sessions
from portal.accounts.service.limits import Limit
from portal.accounts.service.links import Held, Purpose
from portal.accounts.views import bp
from portal.accounts.views.entering import begin, hand_over, passwords
from portal.clock import now
from portal.errors import Refused
from portal.joining import queries
from portal.joining.forms import ConfirmForm
from portal.joining.service import memberships
from portal.joining.views.join import BROWSER
from portal.unit_of_work import unit_of_work
from portal.web.access import public
from portal.web.htmx import go, page
from portal.web.links import settings
from portal.web.trail import where

PROOF = "join_proof"


@bp.get("/join/link/<string:secret>")
@public
def follow_join_link(secret: str) -> ResponseReturnValue:
    with unit_of_work():
        proof = links.follow(Purpose.CONFIRM_EMAIL, secret, at=now())
    if proof is None:
        return _over()
    session[PROOF] = proof
    return go(url_for("accounts.confirm_address"))


@bp.get("/join/confirmation")
@public
def confirm_address() -> ResponseReturnValue:
    held, login = _behind()
    return _form(ConfirmForm(), held, login, 200) if held and login else _over()


@bp.post("/join/confirmation")
@public
def use_join_link() -> ResponseReturnValue:
    held, login = _behind()
    if held is None or login is None:
        return _over()
    form = ConfirmForm()
    if not _is_here(held) and not (form.validate_on_submit() and _fits(form, login)):
        return _form(form, held, login, 422)
    at = now()
    try:
        with unit_of_work():
            holding.hold_address(login.canonical)
            links.use(Purpose.CONFIRM_EMAIL, session[PROOF], at=at)
            sessions.hold_login(login.user_id, login.password_hash)
            memberships.confirm_email(login.user_id, where=where(), at=at)
            begun = begin(login, factor=Factor.LETTER, keep=False)
    except Refused:
        return _over()
    return hand_over(login, begun, keep=False, onward=url_for("home.show_home"))


def _behind() -> tuple[Held | None, Login | None]:
    held = links.held_by(Purpose.CONFIRM_EMAIL, session[PROOF], at=now()) if PROOF in session else None
    return held, queries.joiner(held.user_id) if held else None


def _is_here(held: Held) -> bool:
    """Tell whether this is the browser in which somebody joined, with the data that stands now."""
    return held.about_id is not None and session.get(BROWSER) == str(held.about_id)


def _fits(form: ConfirmForm, login: Login) -> bool:
    """Compare the password; the try is taken first, so that guesses made side by side all count."""
    given = settings()
    most = Limit("join-confirm", given.sign_in_failures, given.sign_in_window_seconds)
    with unit_of_work():
        wait = limits.spend((most, str(login.user_id)), at=now())
    if wait:
        form.password.errors = [_("Too many tries in a row. Wait a few minutes, then try again")]
        return False
    if passwords().agrees(login.password_hash, form.password.data or ""):
        return True
    form.password.errors = [_("This is not the password that was chosen with this address. Check it, or join again")]
    return False


def _form(form: ConfirmForm, held: Held, login: Login, status: int) -> Response:
    return page(
        "joining/confirmation.html", "panel", status, form=form, address=login.email, asks_password=not _is_here(held)
    )


def _over() -> Response:
    return page("joining/link_over.html", status=410)
