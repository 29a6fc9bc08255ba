"""The log cannot be changed, its chain shows whoever did it anyway, and what names a person can be erased."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from portal.audit import service as audit
from portal.audit.models import AuditEvent, AuditPersonal, AuditSeal
from portal.audit.rules import BEGINNING, Verb
from portal.audit.service import Actor, Where
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work

PHONE = Where(address="192.0.2.7", agent="Safari on iPhone", request_id="A1B2C3")
UNDO = {
    "sqlite": "DROP TRIGGER {table}_no_{act}",
    "postgresql": "DROP TRIGGER {table}_no_{act} ON {table}",
}


def write(person, verb=Verb.SIGNED_IN, *, ago=timedelta(), words=None):
    with unit_of_work():
        return audit.record(
            verb,
            at=now() - ago,
            actor=Actor(person.user_id, person.role),
            where=PHONE,
            about=person.user_id,
            words=words,
        )


def forge(table, act, statement):
    """Do what only somebody with the keys to the database could do."""
    db.session.execute(text(UNDO[db.engine.dialect.name].format(table=table, act=act)))
    db.session.execute(statement)
    db.session.commit()


@pytest.mark.parametrize("statement", [update(AuditEvent).values(verb="nothing"), delete(AuditEvent)])
def test_line_cannot_be_changed_or_removed(session, asha, statement):
    write(asha)

    with pytest.raises(DBAPIError, match="append-only"), unit_of_work():
        session.execute(statement)


def test_seal_cannot_be_changed_or_removed(session, asha):
    write(asha)
    audit.seal_waiting(now())

    for statement in (update(AuditSeal).values(hash="0" * 64), delete(AuditSeal)):
        with pytest.raises(DBAPIError, match="append-only"), unit_of_work():
            session.execute(statement)


def test_chain_of_nothing_is_sound(session):
    assert audit.verify(now()) == audit.Check(0, BEGINNING, ())


def test_lines_are_sealed_once_and_in_order(session, asha, bruno):
    late = write(asha)
    early = write(bruno, ago=timedelta(minutes=3))

    assert [audit.seal_waiting(now()), audit.seal_waiting(now())] == [2, 0]
    assert list(session.scalars(select(AuditSeal.event_id).order_by(AuditSeal.number))) == [early, late]
    assert audit.verify(now()).faults == ()


def test_line_written_while_others_were_sealed_is_sealed_next(session, asha):
    write(asha)
    audit.seal_waiting(now())
    straggler = write(asha, ago=timedelta(minutes=20))

    assert audit.seal_waiting(now()) == 1
    assert session.scalar(select(AuditSeal.event_id).where(AuditSeal.number == 2)) == straggler


def test_changed_line_shows(session, asha):
    first = write(asha)
    write(asha, Verb.SIGNED_OUT)
    audit.seal_waiting(now())
    forge("audit_event", "update", update(AuditEvent).where(AuditEvent.id == first).values(verb="signed_out"))

    (fault,) = audit.verify(now()).faults
    assert fault.startswith("link 1 does not fit its event")


def test_removed_link_shows(session, asha):
    for _ in range(3):
        write(asha)
    audit.seal_waiting(now())
    forge("audit_seal", "delete", delete(AuditSeal).where(AuditSeal.number == 2))

    faults = audit.verify(now()).faults
    assert faults[0] == "link 2 is missing; the next one is 3"
    assert len(faults) == 2


def test_line_that_nobody_sealed_shows(session, asha):
    write(asha, ago=timedelta(minutes=11))

    assert audit.verify(now()).faults == ("1 lines older than ten minutes are not sealed",)


def test_changed_words_show_and_erased_ones_do_not(session, asha, bruno):
    write(asha, words={"email": asha.email})
    write(bruno, words={"email": bruno.email})
    audit.seal_waiting(now())
    session.execute(
        update(AuditPersonal).where(AuditPersonal.words["email"].as_string() == asha.email).values(words={})
    )
    session.commit()
    assert len(audit.verify(now()).faults) == 1

    with unit_of_work():
        assert audit.erase_personal(asha.user_id) == 1

    assert audit.verify(now()).faults == ()
    assert session.scalar(select(func.count()).select_from(AuditPersonal)) == 1
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == 2


def test_two_sweeps_at_once_seal_each_line_once(free_app):
    with unit_of_work():
        for _ in range(40):
            audit.record(Verb.LIMIT_HIT, at=now())
    together = threading.Barrier(4)
    sealed: list[int] = []

    def sweep() -> None:
        with free_app.app_context():
            together.wait()
            sealed.append(audit.seal_waiting(now()))

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sealed) == 40
    assert audit.verify(now()).links == 40


def test_command_says_how_long_the_chain_is_and_fails_when_it_is_broken(session, app, asha):
    first = write(asha)
    audit.seal_waiting(now())
    runner = app.test_cli_runner()
    fine = runner.invoke(args=["audit", "verify"])
    forge("audit_event", "update", update(AuditEvent).where(AuditEvent.id == first).values(thing="claim"))
    broken = runner.invoke(args=["audit", "verify"])

    assert (fine.exit_code, fine.output[:14]) == (0, "1 lines sealed")
    assert broken.exit_code == 1
    assert "FAULT  link 1 does not fit" in broken.output
