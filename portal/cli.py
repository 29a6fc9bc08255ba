"""The commands of `flask`: serve, seed, worker, doctor, audit, letters, staff, shop, import, rules, simulate, more."""

from uuid import UUID

import click
from flask import Flask, current_app

from portal import doctor as checks
from portal import programme
from portal.accounts.letters.staff import staff_invited
from portal.accounts.rules import STAFF, BadAddress, Role, read_address
from portal.accounts.secrets import new_token
from portal.accounts.service import staff as people
from portal.accounts.service.staff import By
from portal.activities.commands import rules
from portal.audit import service as log
from portal.audit.service import Actor, Where
from portal.clock import now
from portal.config import Settings, stop_with
from portal.errors import Refused
from portal.home.commands import statement
from portal.mail import outbox
from portal.shop.commands import shop
from portal.shop.imports import import_files
from portal.simulation.commands import simulate
from portal.unit_of_work import unit_of_work
from portal.web.forms import clean_line


def register(app: Flask) -> None:
    """Hang the commands on `app`."""
    ours = (serve, seed, worker, doctor, audit, letters, staff, demo_club, shop, import_files, rules, statement,
            simulate)  # fmt: skip
    for command in ours:
        app.cli.add_command(command)


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


@click.command()
def serve() -> None:
    """Bring the database up to date and run web server and worker in one process."""
    from portal import serving  # noqa: PLC0415 - only this command needs a web server

    serving.run(current_app._get_current_object(), _settings())  # type: ignore[attr-defined]  # noqa: SLF001


@click.command()
@click.option("--members", default=2000, show_default=True, help="How many further members.")
@click.option("--claims", default=150, show_default=True, help="How many claims.")
def seed(members: int, claims: int) -> None:
    """Fill an empty database with the demo club."""
    from portal import demo, serving  # noqa: PLC0415 - production never loads the demo

    if not _settings().is_demo:
        stop_with(["demo people are not for production"])
    serving.bring_up_to_date()
    if demo.is_seeded():
        click.echo("The demo club is here already.")
        return
    demo.seed(_settings(), at=now(), members=members, claims=claims)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, say what was done, and end.")
def worker(*, once: bool) -> None:
    """Run the background work alone, beside web servers elsewhere."""
    from portal import worker as work  # noqa: PLC0415 - only this command needs the clock

    if once:
        for name, done in work.run_once(current_app._get_current_object(), now()).items():  # type: ignore[attr-defined]  # noqa: SLF001
            click.echo(f"{done:>6}  {name}")
        return
    work.run_until_stopped(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


@click.command()
def doctor() -> None:
    """Derive every cached figure again and report what does not agree; exit status 1 when anything is wrong."""
    findings = checks.examine(at=now())
    for finding in findings:
        click.echo(f"{'ok  ' if finding.is_fine else 'FAULT'}  {finding.name}: {finding.words}")
    if not all(finding.is_fine for finding in findings):
        raise SystemExit(1)


@click.group()
def audit() -> None:
    """Look after the log of who did what."""


@audit.command()
def verify() -> None:
    """Derive the log's chain of hashes again; exit status 1 when a line was changed, removed or put in."""
    found = log.verify(at=now())
    for fault in found.faults:
        click.echo(f"FAULT  {fault}")
    click.echo(f"{found.links} lines sealed; the last hash is {found.head}")
    if found.faults:
        raise SystemExit(1)


@click.group()
def letters() -> None:
    """Look after the letters that could not be sent."""


@letters.command("dead")
def list_dead() -> None:
    """List the letters that were given up, with what the mail server said."""
    for letter in outbox.dead_letters():
        click.echo(f"{letter.id}  {letter.written_at:%Y-%m-%d %H:%M}  {letter.kind}  {letter.error}")


@letters.command("resend")
@click.argument("letter_ids", nargs=-1, type=click.UUID)
@click.option("--all", "is_all", is_flag=True, help="Every letter that was given up.")
def resend_letters(letter_ids: tuple[UUID, ...], *, is_all: bool) -> None:
    """Let letters that were given up go again, once what stopped them is mended."""
    if not letter_ids and not is_all:
        message = "name letters by their ids, or all of them with --all"
        raise click.UsageError(message)
    wanted = [letter.id for letter in outbox.dead_letters()] if is_all else letter_ids
    done = outbox.resend(wanted, at=now())
    click.echo(f"{done} of {len(wanted)} letters go again")


@click.group()
def staff() -> None:
    """Look after staff accounts."""


@staff.command()
@click.argument("email")
@click.option("--name", required=True, help="As it should stand below what they write.")
@click.option("--role", type=click.Choice([role.value for role in sorted(STAFF)]), default="admin", show_default=True)
def invite(email: str, name: str, role: str) -> None:
    """Invite a colleague by letter, such as the first admin; they choose their own password."""
    try:
        address = read_address(email)
    except BadAddress:
        words = f"{email} is no email address"
        raise click.BadParameter(words) from None
    shown = clean_line(name)
    if not shown:
        words = "say who they are"
        raise click.BadParameter(words, param_hint="--name")
    nobodys = current_app.extensions["passwords"].hash(new_token())
    club = programme.current().club
    try:
        with unit_of_work():
            token = people.invite(
                address,
                name=shown,
                role=Role(role),
                locale=club.locale,
                unknown_password=nobodys,
                key=_settings().secret,
                by=By(Actor(), Where(), now()),
            )
            outbox.add(staff_invited(token, by=club.name))
    except Refused:
        words = f"{email} has an account already"
        raise click.BadParameter(words) from None
    click.echo(f"An invitation for {shown} goes to {address.typed}; it works once, for {people.INVITATION_DAYS} days.")


@click.group("demo")
def demo_club() -> None:
    """Get along in the demo."""


@demo_club.command("code")
@click.argument("email", default="")
def show_code(email: str) -> None:
    """Give the present code of everybody's authenticator app, or of the one whose address is given."""
    from portal import demo  # noqa: PLC0415 - production never loads the demo

    if not _settings().is_demo:
        stop_with(["demo people are not for production"])
    found = demo.codes(_settings(), email, at=now())
    for address, code in found.items():
        click.echo(f"{code}  {address}")
    if not found:
        stop_with(["nobody of that address has an authenticator app"])
