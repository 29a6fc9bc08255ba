"""Making a copy: everything is read, written down and kept, part by part, with a note after each."""

import tempfile
from contextlib import suppress
from typing import IO

from flask_babel import force_locale
from flask_babel import gettext as _

from portal import programme
from portal.clock import now
from portal.mail import render
from portal.records import queries
from portal.records.packing import Package
from portal.records.queries import Owner
from portal.records.rules import Row, Section
from portal.records.service import copies
from portal.records.service.copies import Job
from portal.storage.store import NotKept, Store
from portal.unit_of_work import unit_of_work

IN_MEMORY_BYTES = 4 * 1024 * 1024


def make(job: Job, who: Owner, store: Store) -> int:
    """Write the copy into the store, outside of any long transaction, and give its size; raises LostJob."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as file:
        _write(job, who, store, file)
        size = file.tell()
        file.seek(0)
        store.put(job.storage_key, file)  # type: ignore[arg-type]
    return size


def _write(job: Job, who: Owner, store: Store, file: IO[bytes]) -> None:
    pictures = queries.pictures_of(who.member_id)
    parts = len(queries.SECTIONS) + len(pictures)
    with Package(file) as package:
        _note(job, 0, parts)
        for done, read in enumerate(queries.SECTIONS, start=1):
            package.add_section(_told(read(who)))
            _note(job, done, parts)
        for done, picture in enumerate(pictures, start=len(queries.SECTIONS) + 1):
            # One whose time was over between the list and now is left out: the table tells when it went.
            with suppress(NotKept):
                package.add_picture(picture.name, store.get(picture.storage_key))
            _note(job, done, parts)
        package.explain(_read_me(who))


def _note(job: Job, done: int, parts: int) -> None:
    with unit_of_work():
        copies.note(job, done=done, parts=parts, at=now())


def _told(section: Section) -> Section:
    """Name letters by their subject: the facts in them are for the templates."""
    if section.name != "letters":
        return section
    rows = tuple(
        {
            "kind": row["kind"],
            "to": row["recipient"],
            "subject": _subject(row),
            "sent_at": row["sent_at"],
        }
        for row in section.rows
    )
    return Section(section.name, ("kind", "to", "subject", "sent_at"), rows)


def _subject(row: Row) -> str:
    facts = row["facts"]
    return render.subject_of(str(row["kind"]), facts, str(row["locale"])) if isinstance(facts, dict) else ""


def _read_me(who: Owner) -> str:
    club = programme.current().club.name
    with force_locale(who.locale):
        lines = (
            _(
                "What %(club)s holds about you, %(name)s, member %(number)s.",
                club=club,
                name=who.name,
                number=who.number,
            ),
            _("everything.json: all of it in one file, for programs."),
            _("tables: the same for a spreadsheet. An apostrophe in front of a text keeps it from being run."),
            _("pictures: the pictures of your claims that we still keep, named after the claim."),
            _("Moments are in UTC. Passwords and the secrets of passkeys and apps are not here: we cannot read them."),
        )
    return "\n\n".join(str(line) for line in lines) + "\n"
