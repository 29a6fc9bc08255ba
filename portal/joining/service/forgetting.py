"""Forgetting who asked to join and never confirmed their address: anybody may have typed it."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from portal import programme
from portal.accounts.models import Member, OneTimeToken, User
from portal.accounts.rules import MemberState
from portal.accounts.service.erasing import erase_login
from portal.accounts.service.leaving import Leaver
from portal.accounts.service.links import Purpose
from portal.activities.models import Expectation
from portal.activities.service.friends import forget_friend
from portal.audit.service import erase_personal
from portal.db import db


def long_unconfirmed(*, at: datetime) -> list[Leaver]:
    """Find those who asked long ago, for whom no link is on its way and nothing is held."""
    since = at - timedelta(days=programme.current().joining.unconfirmed_days)
    living = exists().where(
        OneTimeToken.user_id == User.id,
        OneTimeToken.purpose == Purpose.CONFIRM_EMAIL.value,
        OneTimeToken.expires_at > at,
    )
    held = exists().where(Expectation.member_id == Member.id)
    return [
        Leaver(row.id, row.member_id, ())
        for row in db.session.execute(
            select(User.id, Member.id.label("member_id"))
            .join(Member, Member.user_id == User.id)
            .where(
                Member.state == MemberState.PENDING_EMAIL.value,
                Member.joined_at <= since,
                User.is_demo.is_(False),
                ~living,
                ~held,
            )
        )
    ]


def forget(who: Leaver) -> bool:
    """Take somebody out of the books; False when they have just confirmed, or something hangs on them after all."""
    member = db.session.get(Member, who.member_id, with_for_update=True, populate_existing=True)
    if member is None or member.state != MemberState.PENDING_EMAIL:
        return False
    try:
        with db.session.begin_nested():
            # The pictures of forms that were kept have lost their rows now: the sweep of lost files takes them.
            erase_login(who)
            forget_friend(who.user_id)
            db.session.delete(member)
            db.session.flush()
            db.session.delete(db.session.get_one(User, who.user_id))
    except IntegrityError:
        return False
    erase_personal(who.user_id)
    return True
