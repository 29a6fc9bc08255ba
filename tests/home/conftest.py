"""A Sunday to look at pages, and the harbour's portal beside the club's."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy.orm import Session, scoped_session

from portal import programme
from portal.db import db
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.tiers import service as tiers
from portal.unit_of_work import unit_of_work
from tests import servers
from tests.cast import Person
from tests.factories import a_member
from tests.home.histories import at, earn, spend
from tests.programme.samples import HARBOUR, club
from tests.servers import Database
from tests.site import Site
from tests.watch import watch_sessions

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _sunday() -> Iterator[None]:
    """Let every page of these tests be looked at on Sunday, 22 November 2026, at noon."""
    with time_machine.travel(SUNDAY, tick=False):
        yield


@pytest.fixture
def mira(session: scoped_session[Session]) -> Person:
    """Joined today."""
    return a_member("Mira Novak", joined=SUNDAY)


@pytest.fixture
def harbour(database: Database) -> Iterator[Site]:
    """A browser at another club's portal: other tiers, coin, zone, activities and days."""
    with (
        servers.fresh_database(database.kind) as own,
        servers.app_on(own, programme_path=HARBOUR) as portal,
        portal.app_context(),
    ):
        yield Site(portal, watch_sessions(portal))
    programme.use(club())


@pytest.fixture
def asha_earned(asha: Person) -> Person:
    """Lines of every kind."""
    earn(asha, 140, at(19, 10), activity="order", text="Order of 18 Oct", subject="7041 8822")
    earn(asha, 200, at(28, 10), activity="referral", text="A friend joined", subject="F4K9 WQ37")
    earn(asha, 60, at(4), activity="quiz", text="Quiz of 3 Nov", subject="Autumn quiz")
    earn(asha, 90, at(8), activity="order", kind=EntryKind.CORRECTION, text="Order of 1 Nov", subject="7155 0001")
    earn(asha, 25, at(10), activity="gift", kind=EntryKind.GOODWILL, counts=False, text="A gift for a late answer")
    spend(asha, 50, at(12))
    with unit_of_work():
        order = db.session.query(Entry).filter_by(member_id=asha.member, sequence=1).one()
        tiers.reverse(asha.member, order.id, text="Order of 18 Oct, sent back", key=str(uuid4()), by=None, at=at(14))
    return asha
