"""Somebody whose account is to close now, and the books afterwards."""

from datetime import timedelta

from portal import doctor
from portal.accounts.service import leaving
from portal.audit.service import seal_waiting, verify
from portal.clock import now
from portal.unit_of_work import unit_of_work
from tests.cast import Person

LATER = timedelta(days=14)
A_GIFT = "goodwill_delay"


def leave(person: Person) -> None:
    """Ask for it fourteen days ago."""
    with unit_of_work():
        assert leaving.ask(person.user_id, closes_at=now(), at=now() - LATER)


def faults_of_the_books() -> list[str]:
    while seal_waiting(now()):
        pass
    late = {"letters"}
    wrong = [look.words for look in doctor.examine(at=now()) if not look.is_fine and look.name not in late]
    return [*wrong, *verify(at=now()).faults]
