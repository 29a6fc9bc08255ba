"""What the chain covers: every part of a line, every word of a person, however long the chain and whoever seals."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from portal.audit import service as audit
from portal.audit.models import AuditEvent, AuditPersonal, AuditSeal
from portal.audit.rules import Verb, canonical, digest_of
from portal.audit.service import Actor, Where, chain
from portal.clock import now
from portal.unit_of_work import unit_of_work
from tests.audit.test_chain import PHONE, forge, write


def test_every_part_of_a_line_is_sealed(session, asha, bruno):
    event_id = write(asha, words={"email": asha.email})
    audit.seal_waiting(now())
    forged = {
        "at": now() - timedelta(days=1),
        "actor_id": bruno.user_id,
        "actor_role": "admin",
        "about_id": bruno.user_id,
        "thing": "claim",
        "thing_id": "7",
        "facts": {"outcome": "known"},
        "request_id": "D4E5F6",
        "personal_digest": "0" * 64,
    }
    line = update(AuditEvent).where(AuditEvent.id == event_id)
    true = {name: getattr(session.get_one(AuditEvent, event_id), name) for name in forged}
    forge("audit_event", "update", line.values(request_id=PHONE.request_id))
    assert audit.verify(now()).faults == ()

    found = {}
    for name, value in forged.items():
        session.execute(line.values({name: value}))
        found[name] = [fault[:28] for fault in audit.verify(now()).faults][:1]
        session.execute(line.values({name: true[name]}))

    assert found == {name: ["link 1 does not fit its even"] for name in forged}


def test_seal_cannot_be_moved_to_another_line(session, asha):
    first = write(asha)
    audit.seal_waiting(now())
    with unit_of_work():
        row = {column.name: getattr(session.get_one(AuditEvent, first), column.name) for column in _columns()}
        twin = row | {"id": uuid.uuid4()}
        session.execute(insert(AuditEvent), [twin])
    forge("audit_seal", "update", update(AuditSeal).values(event_id=twin["id"]))

    assert audit.verify(now()).faults[0].startswith("link 1 does not fit its event")


@pytest.mark.parametrize("changed", [{"address": "192.0.2.8"}, {"agent": "Firefox"}, {"words": {}}, {"salt": "0"}])
def test_every_personal_value_is_covered(session, asha, changed):
    write(asha, words={"email": asha.email})
    audit.seal_waiting(now())
    session.execute(update(AuditPersonal).values(changed))
    session.commit()

    assert len(audit.verify(now()).faults) == 1


def test_digest_of_the_same_words_is_another_each_time(session, asha):
    write(asha, words={"email": asha.email})
    write(asha, words={"email": asha.email})

    rows = session.query(AuditPersonal, AuditEvent.personal_digest).join(AuditEvent).all()
    assert len({row.personal_digest for row in rows}) == 2
    values = {"address": PHONE.address, "agent": PHONE.agent, "words": {"email": asha.email}}
    assert digest_of(canonical(values)) not in {row.personal_digest for row in rows}


def test_order_in_which_facts_were_written_changes_no_hash():
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"\\u00e9","b":1}'


def test_second_missing_link_is_named_by_itself(session, asha):
    for _ in range(5):
        write(asha)
    audit.seal_waiting(now())
    forge("audit_seal", "delete", delete(AuditSeal).where(AuditSeal.number.in_([2, 4])))

    missing = [fault for fault in audit.verify(now()).faults if "missing" in fault]
    assert missing == ["link 2 is missing; the next one is 3", "link 4 is missing; the next one is 5"]


def test_straggler_of_an_hour_is_still_sealed(session, asha):
    write(asha)
    audit.seal_waiting(now())
    write(asha, ago=timedelta(minutes=59))

    assert audit.seal_waiting(now()) == 1


def test_chain_longer_than_one_reading_is_read_to_its_end(session, asha, monkeypatch):
    monkeypatch.setattr(chain, "READ_AT_ONCE", 2)
    monkeypatch.setattr(chain, "SEALED_AT_ONCE", 2)
    for _ in range(5):
        write(asha)

    assert [audit.seal_waiting(now()) for _ in range(4)] == [2, 2, 1, 0]
    assert (audit.verify(now()).links, audit.verify(now()).faults) == (5, ())


def test_what_one_did_and_what_was_said_about_one_is_erased(session, asha, bruno, casey):
    def tell(by, about):
        with unit_of_work():
            return audit.record(
                Verb.LOOKED_AT_MEMBER, at=now(), actor=Actor(by.user_id, by.role), where=PHONE, about=about.user_id
            )

    tell(asha, bruno)
    tell(casey, asha)
    left = tell(casey, bruno)
    with unit_of_work():
        assert audit.erase_personal(asha.user_id) == 2

    assert list(session.scalars(select(AuditPersonal.event_id))) == [left]


def test_endless_name_of_a_browser_is_cut_before_it_is_sealed(session, asha):
    with unit_of_work():
        audit.record(Verb.SIGNED_IN, at=now(), where=Where(address="a" * 999, agent="b" * 999), about=asha.user_id)
    audit.seal_waiting(now())

    kept = session.scalars(select(AuditPersonal)).one()
    assert (len(kept.address), len(kept.agent), audit.verify(now()).faults) == (64, 300, ())


def _columns():
    return AuditEvent.__table__.columns
