"""Friends as they come: invited, joining by the link, and members in the end."""

from sqlalchemy import select

from portal.accounts.models import Member, User
from portal.activities import sweeps
from portal.activities.models import Friend, Referral
from portal.activities.queries.friends import Invited, invitations_of
from portal.activities.service import friends
from portal.clock import now
from portal.db import db
from portal.joining.service import memberships
from portal.unit_of_work import unit_of_work
from tests.cast import Person
from tests.joining.joining import confirm, join
from tests.page import Page
from tests.site import Site


def invite(member: Person, *, label: str = "") -> Referral:
    with unit_of_work():
        made = friends.invite(member.member, label=label, at=now())
    return db.session.get_one(Referral, made)


def agree(site: Site, code: str) -> Page:
    """Follow an invitation and say what its programme asks."""
    return site.open(f"/friend/{code}").submit(agreed=True)


def arrive(site: Site, code: str, email: str = "mara@club.example", name: str = "Mara Lindt") -> Person:
    """Join by an invitation and confirm the address in the same browser; the age is still to be looked at."""
    agree(site, code)
    join(site, email=email, name=name)
    confirm(site)
    return person_of(email)


def person_of(email: str) -> Person:
    user, member = db.session.execute(
        select(User, Member).join(Member, Member.user_id == User.id).where(User.email_canonical == email)
    ).one()
    return Person(user.id, user.name, user.email, "member", member.id, member.number)


def become_active(friend: Person) -> None:
    """Let the desk find that somebody is old enough."""
    with unit_of_work():
        member = memberships.hold(friend.member)
        member.age_verified_at = now()
        assert memberships.move_on(member, at=now())


def befriend(inviter: Person, friend: Person) -> Referral:
    """Let a member have joined by an invitation and be verified, as if the way there lay behind them."""
    referral = invite(inviter)
    at = now()
    with unit_of_work():
        db.session.add(
            Friend(user_id=friend.user_id, referral_id=referral.id, agreed_at=at, joined_at=at, verified_at=at)
        )
    return referral


def settle() -> int:
    return sweeps.settle_friends(now())


def invitations(member: Person) -> list[Invited]:
    db.session.rollback()
    return invitations_of(member.member, at=now())


def refused(friend: Person) -> str:
    return db.session.get_one(Friend, friend.user_id, populate_existing=True).refused_code
