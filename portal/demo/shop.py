"""The demo's shop: a system with a key everybody knows, so that messages can be tried at once."""

from datetime import datetime, timedelta

from portal.accounts.sealing import seals_of
from portal.activities.rules import EventKind
from portal.config import Settings
from portal.shop import queries, service
from portal.shop.rules import read_secret
from portal.unit_of_work import unit_of_work

SOURCE = "shop"
SECRET = "whsec_ZGVtby1vbmx5LWtleS1uZXZlci1mb3ItcHJvZHVjdGlvbg=="  # noqa: S105 - production refuses demo people's database


def let_in(settings: Settings, *, at: datetime) -> None:
    """Let the demo's shop in, unless a system of its name is there."""
    if any(client.source == SOURCE for client in queries.all_clients(at=at)):
        return
    with unit_of_work():
        service.add_client(SOURCE, name="The demo shop", kinds=EventKind, at=at)
        service.make_key(SOURCE, read_secret(SECRET), seals=seals_of(settings), overlap=timedelta(), at=at)
