"""The demo club: a cast, a crowd and their claims; production refuses all of it."""

import sys
from collections.abc import Callable
from datetime import datetime
from random import Random

from flask import current_app
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import insert, select

from portal.accounts.models import Totp, User
from portal.accounts.rules import Role, named_twin
from portal.accounts.rules.codes import code_at, in_groups
from portal.accounts.sealing import Sealed, seals_of
from portal.activities.service.rulebook import sync_rules
from portal.config import Settings
from portal.db import db
from portal.demo import doorstep, friends, people, shop
from portal.demo import members as told
from portal.demo.books import Books
from portal.demo.claims import Desk
from portal.demo.histories import History, of_the_crowd
from portal.demo.ledgers import write_ledger
from portal.demo.pictures import Album
from portal.unit_of_work import unit_of_work

SEED = 20261122
MEMBERS = 2000
CLAIMS = 150


class NotInProduction(RuntimeError):
    """Demo people have a password everybody knows."""


def is_seeded() -> bool:
    """Tell whether the demo people are here."""
    return db.session.scalar(select(User.id).where(User.is_demo).limit(1)) is not None


def seed(settings: Settings, *, at: datetime, members: int = MEMBERS, claims: int = CLAIMS) -> None:
    """Fill an empty database: all of it in one transaction, the same for the same moment."""
    if not settings.is_demo:
        message = "demo people are not for production"
        raise NotInProduction(message)
    books = Books(Random(SEED))  # noqa: S311 - stories, not secrets
    with Progress(
        TextColumn("  {task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=Console(file=sys.stdout),
        transient=True,
    ) as progress:
        task = progress.add_task("Inviting the demo club", total=members * 2)
        _tell(books, at, members, claims, lambda: progress.advance(task))
        progress.update(task, total=books.size * 2, completed=books.size)
        with unit_of_work():
            sync_rules(at=at)
            for written in books.write():
                progress.advance(task, written)
    shop.let_in(settings, at=at)


def welcome(settings: Settings) -> str:
    """Give the sign-ins that are printed at start."""
    names = ", ".join([*(email for email, _, _ in people.CAST), f"{doorstep.NEWCOMER[0]} (joining)"])
    desk = ", ".join(f"{email} ({role.value})" for email, _, role in people.STAFF)
    twin = named_twin(settings.base_url, settings.site_url)
    passkeys = f"  Passkeys  {twin} (browsers make none for an address of numbers)\n" if twin else ""
    return (
        f"  Members   {names}\n  The desk  {desk}\n  Password  {people.PASSWORD}\n"
        f"  Letters   {settings.site_url}/mailbox: a member’s first sign-in needs the code of the newest one\n"
        f"  Codes     the desk needs one too: `make code` gives it, or put this key into an authenticator app:\n"
        f"            {in_groups(people.APP_SECRET)}\n{passkeys}"
        f"  The shop  signs its messages as {shop.SOURCE} with {shop.SECRET}: docs/api.md\n"
    )


def give_apps(settings: Settings, *, at: datetime) -> None:
    """Give the demo's authenticator app to staff of a database that was filled before there were any."""
    demo_staff = select(User.id).where(User.is_demo, User.role != Role.MEMBER)
    if db.session.scalar(select(Totp.user_id).where(Totp.user_id.in_(demo_staff)).limit(1)) is not None:
        return
    with unit_of_work():
        rows = [people.app_of(user_id, seals_of(settings), at=at) for user_id in db.session.scalars(demo_staff)]
        if rows:
            db.session.execute(insert(Totp), rows)


def codes(settings: Settings, email: str = "", *, at: datetime) -> dict[str, str]:
    """Give the present codes of everybody who has an app, or of one of them, by address."""
    wanted = select(User.id, User.email, Totp.sealed_secret, Totp.key_id).join(Totp, Totp.user_id == User.id)
    if email:
        wanted = wanted.where(User.email_canonical == email.strip().lower())
    seals = seals_of(settings)
    return {
        row.email: code_at(seals.open(Sealed(row.sealed_secret, row.key_id), about=row.id).decode(), at=at)
        for row in db.session.execute(wanted.order_by(User.email))
    }


def _tell(books: Books, at: datetime, members: int, claims: int, advance: Callable[[], None]) -> None:
    staff = people.staff(books, seals_of(current_app.extensions["settings"]), at=at)
    cast = people.cast(books, at=at)
    album = Album(books, current_app.extensions["store"])
    desk = Desk(books, album, staff, at)
    crowd = []
    for person in people.crowd(books, members, at=at):
        crowd.append(of_the_crowd(books, person, at=at))
        advance()
    desk.fill(crowd, claims - 1)
    known = {name: History(books, person, at) for name, person in cast.items()}
    told.asha(known["Asha"])
    told.grace(known["Grace"])
    told.pia(known["Pia"])
    desk.of_asha(known["Asha"])
    for story in [*known.values(), *crowd]:
        write_ledger(books, story.person.member_id, story.lines, joined_at=story.person.joined_at)
        advance()
    newcomer = doorstep.fill(books, album.store, at=at)
    friends.invited(known["Asha"], newcomer, [story.person for story in crowd])
