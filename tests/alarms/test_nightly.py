"""The nightly look at the books: an alarm for what is wrong, over when it is right, and nothing mended."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from portal import doctor
from portal.alarms import service
from portal.alarms.models import Alarm
from portal.alarms.queries import alarms
from portal.care.words import alarm_title
from portal.clock import now
from portal.db import db
from portal.programme import current
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.together import together


def night():
    return now().astimezone(current().club.zone).replace(hour=doctor.NIGHT_HOUR)


def drift(points):
    db.session.execute(text("UPDATE account SET balance = balance + :by"), {"by": points})
    db.session.commit()


def test_drift_raises_one_alarm_and_is_not_mended(site, asha):
    factories.an_entry(asha, points=100)
    drift(7)

    assert doctor.examine_nightly(night()) == 1
    assert doctor.examine_nightly(night() + timedelta(days=1)) == 1

    (alarm,) = alarms()
    assert (alarm.kind, alarm.times, alarm.cleared_at) == ("cached balances", 2, None)
    assert f"member {asha.member_id}: balance 107 but entries say 100" in alarm.facts["found"]
    assert factories.balance_of(asha) == 107


def test_alarm_is_over_once_a_night_finds_it_right_and_can_come_again(site, asha):
    drift(7)
    doctor.examine_nightly(night())
    drift(-7)

    assert doctor.examine_nightly(night() + timedelta(days=1)) == 0
    drift(7)
    doctor.examine_nightly(night() + timedelta(days=2))

    assert [alarm.cleared_at is None for alarm in alarms()] == [True, False]


def test_books_are_looked_at_once_a_night(site, asha):
    assert doctor.examine_nightly(night()) == 0
    drift(7)

    assert [doctor.examine_nightly(night() + timedelta(hours=hours)) for hours in (1, 12, 23, 24)] == [0, 0, 0, 1]


def test_night_nobody_was_up_is_made_up_for(site, asha):
    doctor.examine_nightly(night())
    drift(7)

    assert doctor.examine_nightly(night() + timedelta(days=1, hours=6)) == 1


def test_look_that_was_cut_off_is_followed_by_another(site, asha, monkeypatch):
    drift(7)
    with monkeypatch.context() as broken:
        broken.setattr(doctor, "examine", None)
        with pytest.raises(TypeError):
            doctor.examine_nightly(night())

    assert [doctor.examine_nightly(night() + timedelta(minutes=minutes)) for minutes in (1, 60)] == [0, 1]


def test_of_several_workers_one_looks(free_app):
    drift_of = []
    factories.a_member()
    drift(7)

    wrong = together(free_app, [lambda: drift_of.append(doctor.examine_nightly(night()))] * 4)

    assert (wrong, sorted(drift_of)) == ([], [0, 0, 0, 1])


def test_tier_of_an_unknown_entry_is_an_orphan(site, asha):
    db.session.execute(text("UPDATE tier_span SET entry_id = id"))

    wrong = [finding for finding in doctor.examine(at=now()) if not finding.is_fine]

    assert [finding.name for finding in wrong] == ["orphans"]
    assert "its entry" in wrong[0].words


def test_several_workers_in_one_night_raise_one_alarm(free_app):
    def find():
        with unit_of_work():
            service.raise_alarm("tiers", facts={"found": "1"}, at=now())

    assert together(free_app, [find] * 4) == []
    assert db.session.execute(select(func.count(), func.max(Alarm.times)).select_from(Alarm)).one() == (1, 4)


def test_every_look_has_words_for_staff(site):
    assert [look.name for look in doctor.examine(at=now()) if alarm_title(look.name) == look.name] == []
