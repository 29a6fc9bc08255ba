"""A member's own invitations: make one, send it on by oneself, see how far it has come, take it back."""

import uuid

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts.service import limits
from portal.accounts.service.limits import Limit
from portal.activities import words
from portal.activities.forms.friends import InviteForm
from portal.activities.pricing import rule_at
from portal.activities.queries.friends import invitation_of, invitations_of
from portal.activities.service import friends
from portal.activities.views import bp
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.htmx import go, page
from portal.web.links import absolute

WORD = "friends_word"
MOST_A_DAY = Limit("invite-friend", 20, 24 * 3600)


@bp.get("/earn/friend")
@members_only
def invite_friend() -> ResponseReturnValue:
    return _list(InviteForm(), 200)


@bp.post("/earn/friend")
@members_only
def make_invitation() -> ResponseReturnValue:
    friends.terms()
    form, member_id, at = InviteForm(), visitor().member, now()
    if not form.validate_on_submit():
        return _list(form, 422)
    with unit_of_work():
        wait = limits.spend((MOST_A_DAY, str(member_id)), at=at)
    if wait:
        form.form_errors.append(_("That was too often for one day. Invite the next friend tomorrow"))
        return _list(form, 429)
    try:
        with unit_of_work():
            made = friends.invite(member_id, label=form.to_label(), at=at)
    except Refused as refusal:
        form.form_errors.append(_words(refusal.code))
        return _list(form, 422)
    return go(url_for("activities.show_invitation", referral_id=made))


@bp.get("/earn/friend/<uuid:referral_id>")
@members_only
def show_invitation(referral_id: uuid.UUID) -> ResponseReturnValue:
    given = friends.terms()
    invited = invitation_of(visitor().member, referral_id, at=now())
    link = absolute("activities.show_friend", code=invited.code)
    return page(
        "activities/invitation.html",
        invited=invited,
        title=words.title_of(invited),
        note=words.note_on(invited),
        why=words.why_nothing(invited),
        path=words.path_of(invited),
        code=words.in_two(invited.code),
        link=link,
        message=f"{given.invitation}\n\n{link}",
    )


@bp.post("/earn/friend/<uuid:referral_id>/withdrawal")
@members_only
def withdraw_invitation(referral_id: uuid.UUID) -> ResponseReturnValue:
    friends.terms()
    try:
        with unit_of_work():
            friends.withdraw(referral_id, member_id=visitor().member, at=now())
    except Refused as refusal:
        session[WORD] = _words(refusal.code)
    else:
        session[WORD] = _("The invitation is withdrawn. Its link opens nothing any more.")
    return go(url_for("activities.invite_friend"))


def _words(code: str) -> str:
    given = friends.terms()
    return str(
        {
            "most_open": _(
                "%(n)s invitations are open, and that is the most. Withdraw one, or wait until one has run out",
                n=given.most_open,
            ),
            "year_full": _(
                "%(n)s friends have brought you points this year, and that is the most. Invite the next one in January",
                n=given.most_per_year,
            ),
            "joined": _("Your friend has joined by this invitation, so it cannot be withdrawn any more."),
        }[code]
    )


def _list(form: InviteForm, status: int) -> Response:
    given, at = friends.terms(), now()
    rule = rule_at(given.activity, at)
    invitations = invitations_of(visitor().member, at=at)
    return page(
        "activities/friends.html",
        "panel",
        status,
        form=form,
        word=session.pop(WORD, ""),
        terms=given,
        rule=rule.text if rule else "",
        delay=programme.current().activity(given.activity).delay_hours,
        rows=[
            {
                "id": invited.id,
                "title": words.title_of(invited),
                "note": words.note_on(invited),
                "mark": words.MARKS[invited.rung],
                "points": invited.points if not invited.refused_code else None,
                "is_credited": invited.credited_at is not None,
            }
            for invited in invitations
        ],
    )
