"""Another club's portal beside the first one's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import programme
from tests import servers
from tests.servers import Database
from tests.site import Site
from tests.watch import watch_sessions

HARBOUR = Path(__file__).parent.parent / "programmes" / "harbour.toml"


@pytest.fixture
def harbour(database: Database) -> Iterator[Site]:
    """A browser at the harbour's portal: other activities, references, delays and windows."""
    # Whatever other tests of this process run with comes back afterwards, this one being the first of them or not.
    club = programme.load(servers.settings_for(database).programme_path)
    with (
        servers.fresh_database(database.kind) as own,
        servers.app_on(own, programme_path=HARBOUR) as portal,
        portal.app_context(),
    ):
        yield Site(portal, watch_sessions(portal))
    programme.use(club)
