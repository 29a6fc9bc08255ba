"""A Sunday to look at pages, and the harbour's portal beside the club's."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from sqlalchemy.orm import Session, scoped_session

from portal import programme
from tests import servers
from tests.cast import Person
from tests.factories import a_member
from tests.servers import Database
from tests.site import Site
from tests.watch import watch_sessions

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
HARBOUR = Path(__file__).parent.parent / "programmes" / "harbour.toml"


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
    club = programme.current()
    with (
        servers.fresh_database(database.kind) as own,
        servers.app_on(own, programme_path=HARBOUR) as portal,
        portal.app_context(),
    ):
        yield Site(portal, watch_sessions(portal))
    programme.use(club)
