"""The second step of a sign-in: a code from an app, from a letter, or from the recovery sheet."""

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import letters, queries
from portal.accounts.devices import device_name
from portal.accounts.forms import CodeForm
from portal.accounts.queries import Login
from portal.accounts.rules import Factor, Role
from portal.accounts.service import attempts, factors, limits, sessions
from portal.accounts.service.attempts import Waiting
from portal.accounts.service.limits import Limit
from portal.accounts.service.sessions import Begun
from portal.accounts.views import bp, waits
from portal.accounts.views.entering import begin, hand_over, seals
from portal.audit.rules import Verb
from portal.audit.service import Actor, record
from portal.clock import now
from portal.errors import Refused
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import public
from portal.web.htmx import go, page
from portal.web.links import settings
from portal.web.trail import where

# The browser holds the attempt's token; everything else of it is a row.
ATTEMPT = "attempt"


def let_wait(login: Login, password_hash: str, *, keep: bool, onward: str, by_letter: bool) -> Response:
    """Let a right password wait for its second step, inside the present unit of work."""
    key = settings().secret if by_letter and not _letters_spent(login) else ""
    opened = attempts.open_attempt(
        login.user_id, password_hash=password_hash, keep=keep, onward=onward, at=now(), key=key
    )
    if key:
        outbox.add(letters.sign_in_code(login, opened, device=device_name(request.user_agent.string)))
    session[ATTEMPT] = opened.token
    return go(url_for("accounts.second_step"))


@bp.get("/sign-in/step")
@public
def second_step() -> ResponseReturnValue:
    found = attempts.waiting(session.get(ATTEMPT, ""), at=now())
    return show_step(CodeForm(), found, 200) if found else over("step-over")


@bp.post("/sign-in/step")
@public
def take_step() -> ResponseReturnValue:
    found = attempts.waiting(session.get(ATTEMPT, ""), at=now())
    if found is None:
        return over("step-over")
    form = CodeForm()
    if not form.validate_on_submit():
        return show_step(form, found, 422)
    wait = waits.before_code(found.user_id)
    if wait:
        form.code.errors = [waits.words(wait)]
        return show_step(form, found, 429)
    try:
        return _take(found, form)
    except Refused as refusal:
        return over("step-wrong" if refusal.code == "attempt_over" else "")


def _take(found: Waiting, form: CodeForm) -> Response:
    login = queries.login_by_id(found.user_id)
    with unit_of_work():
        attempts.take_try(found.id, at=now())
    begun = _begin(found, login, form.to_code())
    if begun:
        return hand_over(login, begun, keep=found.keeps_signed_in, onward=found.onward)
    if attempts.waiting(session[ATTEMPT], at=now()) is None:
        return over("step-wrong")
    form.code.errors = [_("This code is not right, or it has been used. Check it, or wait for the next one")]
    return show_step(form, found, 422)


def _begin(found: Waiting, login: Login, code: str) -> Begun | None:
    """Begin the session when the code is right; a wrong one is noted."""
    with unit_of_work():
        factor = _shown(found, login, code)
        if factor is None:
            record(Verb.SIGN_IN_REFUSED, at=now(), where=where(), about=login.user_id, facts={"step": "code"})
            return None
        attempts.finish(found.id, at=now())
        sessions.hold_login(login.user_id, found.password_hash)
        waits.forget_codes(login.user_id)
        waits.forget_password(login.canonical, device="")
        return begin(login, factor=factor, keep=found.keeps_signed_in)


def _shown(found: Waiting, login: Login, code: str) -> Factor | None:
    """Take the code, of whichever kind it is; staff get nowhere with one from a letter."""
    is_by_letter = found.has_letter and not Role(login.role).is_staff
    if is_by_letter and attempts.is_letter_code(found.id, code, key=settings().secret):
        return Factor.LETTER
    factor = factors.show(login.user_id, code, seals=seals(), at=now())
    if factor is Factor.RECOVERY:
        note_burned(login)
    return factor


@bp.post("/sign-in/step/letter")
@public
def send_code_again() -> ResponseReturnValue:
    found = attempts.waiting(session.get(ATTEMPT, ""), at=now())
    if found is None:
        return over("step-over")
    login = queries.login_by_id(found.user_id)
    with unit_of_work():
        has = factors.factors_of(login.user_id)
        if Role(login.role).is_staff or has.has_app or _letters_spent(login):
            form = CodeForm(formdata=None)
            form.code.errors = [_("No further code can be sent now. Use the newest one, or try again in an hour")]
            return show_step(form, found, 429)
        try:
            opened = attempts.renew(found.id, key=settings().secret, at=now())
        except Refused:
            # A second tap, or the code was given meanwhile: the cookie of whoever was faster must stay.
            return go(url_for("accounts.second_step"))
        outbox.add(letters.sign_in_code(login, opened, device=device_name(request.user_agent.string)))
    session[ATTEMPT] = opened.token
    return go(url_for("accounts.second_step"))


def note_burned(login: Login) -> None:
    """Write into log and letter that a recovery code has been used up."""
    left = factors.factors_of(login.user_id).codes_left
    by = Actor(login.user_id, login.role)
    record(Verb.CODE_USED, at=now(), actor=by, where=where(), about=login.user_id, facts={"left": left})
    outbox.add(letters.code_used(login, left=left, device=device_name(request.user_agent.string), at=now()))


def _letters_spent(login: Login) -> bool:
    """Take one letter of those that may go to a mailbox; tell whether there was none left."""
    given, subject = settings(), str(login.user_id)
    hour = Limit("code-letter-hour", given.code_letters_per_hour, waits.HOUR)
    day = Limit("code-letter-day", given.code_letters_per_day, waits.DAY)
    return bool(limits.spend((hour, subject), (day, subject), at=now()))


def over(word: str) -> Response:
    """Send somebody back to the beginning, with a word about why."""
    session.pop(ATTEMPT, None)
    session["word"] = word
    return go(url_for("accounts.sign_in"))


def show_step(form: CodeForm, found: Waiting, status: int, *, fault: str = "") -> Response:
    """Draw the page of the second step; `fault` is what was wrong with a passkey."""
    has = factors.factors_of(found.user_id)
    return page(
        "accounts/second_step.html",
        "panel",
        status,
        form=form,
        has=has,
        found=found,
        wants_sheet="sheet" in request.values,
        fault=fault,
    )
