"""What the shop tells us, what it will bring, and posting it when its time has come.

Whoever writes for a member takes the member's row first, then what hangs on it, then (in points) the account:
the same order everywhere, so that two writers wait for each other and never for ever.
"""

from portal.activities.messages import ShopMessage
from portal.activities.rules import Ineligible
from portal.activities.service.addresses import match_address
from portal.activities.service.caps import granted_by
from portal.activities.service.credits import Credited, credit, settle
from portal.activities.service.events import ChangedEvent, Recorded, look_again, record_event
from portal.activities.service.hints import hint_key
from portal.activities.service.many import record_events
from portal.activities.service.rulebook import changed_versions, sync_rules

__all__ = [
    "ChangedEvent",
    "Credited",
    "Ineligible",
    "Recorded",
    "ShopMessage",
    "changed_versions",
    "credit",
    "granted_by",
    "hint_key",
    "look_again",
    "match_address",
    "record_event",
    "record_events",
    "settle",
    "sync_rules",
]
