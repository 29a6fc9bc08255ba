"""What we hold about somebody's login: no secret is among it, and no hash of one."""

from collections.abc import Callable

from sqlalchemy import case, literal, or_, select

from portal.accounts.models import (
    AccountLink,
    AddressChange,
    AgeCheck,
    KnownDevice,
    Member,
    MemberAddress,
    Passkey,
    RecoveryCode,
    Totp,
    User,
    UserSession,
)
from portal.audit.models import AuditEvent, AuditPersonal
from portal.points.models import Account
from portal.records.queries.owners import Owner, section
from portal.records.rules import Section


def profile(who: Owner) -> Section:
    """Give what stands on the profile, and when each requirement was met."""
    return section(
        "profile",
        select(
            User.name,
            User.email,
            Member.number,
            Member.birth_date,
            Member.country,
            User.locale,
            User.time_zone,
            User.wants_news,
            Member.state,
            Account.balance,
            Account.status_points,
            Member.joined_at,
            Member.consented_at,
            Member.email_verified_at,
            Member.age_verified_at,
            Member.profile_completed_at,
            User.password_changed_at,
            User.closing_asked_at,
            User.closes_at,
        )
        .join(Member, Member.user_id == User.id)
        .outerjoin(Account, Account.member_id == Member.id)
        .where(User.id == who.user_id),
    )


def addresses(who: Owner) -> Section:
    """Give the further addresses."""
    return section(
        "addresses",
        select(MemberAddress.email, MemberAddress.created_at, MemberAddress.proved_at)
        .where(MemberAddress.member_id == who.member_id)
        .order_by(MemberAddress.created_at),
    )


def address_changes(who: Owner) -> Section:
    """Give each change of the login address."""
    return section(
        "address_changes",
        select(
            AddressChange.old_email,
            AddressChange.new_email,
            AddressChange.asked_at,
            AddressChange.confirmed_at,
            AddressChange.undone_at,
        )
        .where(AddressChange.user_id == who.user_id)
        .order_by(AddressChange.asked_at),
    )


def age_checks(who: Owner) -> Section:
    """Give each look at their age; the document itself is deleted after the verdict."""
    return section(
        "age_checks",
        select(AgeCheck.state, AgeCheck.provider, AgeCheck.asked_at, AgeCheck.decided_at, AgeCheck.reason)
        .where(AgeCheck.member_id == who.member_id)
        .order_by(AgeCheck.asked_at),
    )


def sign_ins(who: Owner) -> Section:
    """Give where and with what they have signed in."""
    return section(
        "sign_ins",
        select(
            UserSession.device,
            UserSession.address,
            UserSession.factor,
            UserSession.created_at,
            UserSession.last_seen_at,
            UserSession.ended_at,
        )
        .where(UserSession.user_id == who.user_id)
        .order_by(UserSession.created_at),
    )


def devices(who: Owner) -> Section:
    """Give the browsers that are remembered."""
    return section(
        "remembered_devices",
        select(KnownDevice.device, KnownDevice.created_at, KnownDevice.last_seen_at)
        .where(KnownDevice.user_id == who.user_id)
        .order_by(KnownDevice.created_at),
    )


def factors(who: Owner) -> Section:
    """Give the passkeys by name, the authenticator app, and the recovery codes without what they say."""
    app = select(literal("app").label("kind"), literal("").label("name"), Totp.created_at, Totp.confirmed_at)
    codes = select(
        literal("recovery_code").label("kind"), literal("").label("name"), RecoveryCode.created_at, RecoveryCode.used_at
    )
    keys = select(
        literal("passkey").label("kind"), Passkey.name, Passkey.created_at, Passkey.last_used_at.label("used_at")
    )
    return section(
        "second_steps",
        keys.where(Passkey.user_id == who.user_id).union_all(
            app.where(Totp.user_id == who.user_id), codes.where(RecoveryCode.user_id == who.user_id)
        ),
    )


def links(who: Owner) -> Section:
    """Give that accounts count as linked and since when, never whose the other one is."""
    mine = or_(AccountLink.user_id == who.user_id, AccountLink.other_id == who.user_id)
    return section(
        "linked_accounts", select(AccountLink.kind, AccountLink.since).where(mine).order_by(AccountLink.since)
    )


def log(who: Owner) -> Section:
    """Give what they did and what was done to their account; from where, only of what they did themselves."""
    is_own = AuditEvent.actor_id == who.user_id
    by = case((is_own, "you"), (AuditEvent.actor_role != "", AuditEvent.actor_role), else_="portal")
    return section(
        "log",
        select(
            AuditEvent.at,
            AuditEvent.verb,
            by.label("by"),
            AuditEvent.thing,
            AuditEvent.facts,
            case((is_own, AuditPersonal.address), else_="").label("address"),
            case((is_own, AuditPersonal.agent), else_="").label("browser"),
            AuditPersonal.words,
        )
        .outerjoin(AuditPersonal, AuditPersonal.event_id == AuditEvent.id)
        .where(AuditEvent.about_id == who.user_id)
        .order_by(AuditEvent.at, AuditEvent.id),
    )


ACCOUNT_SECTIONS: tuple[Callable[[Owner], Section], ...] = (
    profile,
    addresses,
    address_changes,
    age_checks,
    sign_ins,
    devices,
    factors,
    links,
    log,
)
