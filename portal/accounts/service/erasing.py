"""Erasing what a login has gathered: sessions, devices, factors, addresses, links, and what waited for an answer."""

from collections.abc import Iterator

from sqlalchemy import delete, or_, select, update

from portal.accounts.models import (
    AccountLink,
    AddressChange,
    AgeCheck,
    Challenge,
    KeptForm,
    KnownDevice,
    MemberAddress,
    OneTimeToken,
    Passkey,
    RecoveryCode,
    ResetProof,
    SignInAttempt,
    Totp,
    UserSession,
)
from portal.accounts.service.leaving import Leaver
from portal.db import db

OF_A_LOGIN = (
    UserSession,
    KnownDevice,
    SignInAttempt,
    Challenge,
    Passkey,
    Totp,
    RecoveryCode,
    OneTimeToken,
    KeptForm,
    AddressChange,
)


def erase_login(who: Leaver) -> list[str]:
    """Erase it, and give the keys of the files that went with it, to be deleted once this is committed."""
    files = list(_files(who))
    tokens = select(OneTimeToken.id).where(OneTimeToken.user_id == who.user_id)
    db.session.execute(delete(ResetProof).where(ResetProof.token_id.in_(tokens)))
    for model in OF_A_LOGIN:
        db.session.execute(delete(model).where(model.user_id == who.user_id))
    db.session.execute(
        delete(AccountLink).where(or_(AccountLink.user_id == who.user_id, AccountLink.other_id == who.user_id))
    )
    db.session.execute(delete(MemberAddress).where(MemberAddress.member_id == who.member_id))
    checks = update(AgeCheck).where(AgeCheck.member_id == who.member_id)
    db.session.execute(checks.where(AgeCheck.state == "waiting").values(state="withdrawn"))
    db.session.execute(checks.values(storage_key="", reason=""))
    return files


def _files(who: Leaver) -> Iterator[str]:
    """Name the document of an age check, and the pictures a lapsed session had sent."""
    documents = select(AgeCheck.storage_key).where(AgeCheck.member_id == who.member_id, AgeCheck.storage_key != "")
    yield from db.session.scalars(documents)
    for kept in db.session.scalars(select(KeptForm.files).where(KeptForm.user_id == who.user_id)):
        yield from (file["key"] for file in kept)
