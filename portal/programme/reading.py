"""Reading a programme file: all of its faults at once, each with the line it stands in."""

import hashlib
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from portal.errors import PortalError
from portal.programme.alone import AutomaticTerms
from portal.programme.checks import Sheet, check
from portal.programme.club import Club, Part, Tier
from portal.programme.earning import Activity, EarnRule
from portal.programme.engaging import Quiz, ReferralTerms
from portal.programme.faults import Fault
from portal.programme.handling import Ask, ClaimTerms, DeskTerms, HelpPage, JoiningTerms, Reason, RecordTerms, Reply
from portal.programme.lines import Place, line_of
from portal.programme.standing import StandingTerms
from portal.programme.whole import Programme

Kind = TypeVar("Kind", bound=Part)
TABLES = frozenset(Programme.model_fields) - {"digest"}
# What pydantic says, where plainer words exist.
PLAIN = {
    "missing": "is missing",
    "extra_forbidden": "is no known key",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}


class ProgrammeError(PortalError):
    """A programme nobody can run; `faults` has one line for each thing that is wrong."""

    def __init__(self, faults: list[str]) -> None:
        """Keep every fault, so that all can be mended in one go."""
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class _Source:
    """The file as it was read: its name for messages, its text for the lines."""

    name: str
    text: str

    def tell(self, fault: Fault) -> str:
        where = ", ".join(_named(fault.place))
        return f"{self.name}, line {line_of(self.text, fault.place)}, {where}: {fault.message}"


def load(path: Path) -> Programme:
    """Read and check a programme, or raise ProgrammeError with every fault in it."""
    try:
        raw = path.read_bytes()
        source = _Source(path.name, raw.decode())
        content = tomllib.loads(source.text, parse_float=Decimal)
    except OSError as error:
        raise ProgrammeError([f"{path}: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ProgrammeError([f"{path.name}: is not written in UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ProgrammeError([f"{path.name}: {error}"]) from None
    except RecursionError:
        raise ProgrammeError([f"{path.name}: is nested too deeply"]) from None
    except ValueError:
        raise ProgrammeError([f"{path.name}: has a number of too many digits"]) from None
    faults: list[Fault] = []
    sheet = _read(content, faults)
    faults += check(sheet)
    if faults:
        told = sorted((line_of(source.text, fault.place), source.tell(fault)) for fault in faults)
        raise ProgrammeError([line for _, line in told])
    return _whole(sheet, digest=hashlib.sha256(raw).hexdigest())


def _read(content: dict[str, Any], faults: list[Fault]) -> Sheet:
    """Read each part by itself, so that a fault in one hides no fault in another."""
    faults += [Fault((name,), "is no known table") for name in sorted(content.keys() - TABLES)]
    return Sheet(
        club=_part(Club, content.get("club", {}), ("club",), faults),
        tiers=_list(Tier, content, "tiers", faults),
        everyone=_everyone(content.get("everyone", []), faults),
        activities=_list(Activity, content, "activities", faults),
        rules=_list(EarnRule, content, "rules", faults),
        claims=_part(ClaimTerms, content.get("claims", {}), ("claims",), faults),
        automatic=_part(AutomaticTerms, content.get("automatic", {}), ("automatic",), faults),
        desk=_part(DeskTerms, content.get("desk", {}), ("desk",), faults),
        records=_part(RecordTerms, content.get("records", {}), ("records",), faults),
        joining=_part(JoiningTerms, content.get("joining", {}), ("joining",), faults),
        standing=_part(StandingTerms, content.get("standing", {}), ("standing",), faults),
        referral=_part(ReferralTerms, content["referral"], ("referral",), faults) if "referral" in content else None,
        quizzes=_list(Quiz, content, "quizzes", faults) if "quizzes" in content else {},
        reasons=_list(Reason, content, "reasons", faults),
        replies=_list(Reply, content, "replies", faults),
        asks=_list(Ask, content, "asks", faults),
        help=_list(HelpPage, content, "help", faults),
        activity_keys=_keys(content, "activities"),
        reason_keys=_keys(content, "reasons"),
    )


def _whole(sheet: Sheet, *, digest: str) -> Programme:
    return Programme(
        club=_there(sheet.club),
        tiers=tuple(sheet.tiers.values()),
        everyone=sheet.everyone,
        activities=tuple(sheet.activities.values()),
        rules=tuple(sheet.rules.values()),
        claims=_there(sheet.claims),
        automatic=_there(sheet.automatic),
        desk=_there(sheet.desk),
        records=_there(sheet.records),
        joining=_there(sheet.joining),
        standing=_there(sheet.standing),
        referral=sheet.referral,
        quizzes=tuple(sheet.quizzes.values()),
        reasons=tuple(sheet.reasons.values()),
        replies=tuple(sheet.replies.values()),
        asks=tuple(sheet.asks.values()),
        help=tuple(sheet.help.values()),
        digest=digest,
    )


def _there(part: Kind | None) -> Kind:
    if part is None:
        message = "a part that could not be read has left no fault"
        raise AssertionError(message)
    return part


def _list(model: type[Kind], content: dict[str, Any], name: str, faults: list[Fault]) -> dict[int, Kind]:
    """Read a list of tables; what can be read keeps its place."""
    found = content.get(name)
    if not isinstance(found, list) or not found:
        faults.append(Fault((name,), f"at least one [[{name}]] is needed"))
        return {}
    parts = {index: _part(model, raw, (name, index), faults) for index, raw in enumerate(found)}
    return {index: part for index, part in parts.items() if part is not None}


def _part(model: type[Kind], raw: object, place: Place, faults: list[Fault]) -> Kind | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults += [Fault((*place, *_real(fault["loc"])), _plain(fault)) for fault in error.errors()]
        return None


def _everyone(raw: object, faults: list[Fault]) -> tuple[str, ...]:
    if isinstance(raw, list) and all(isinstance(text, str) and text.strip() for text in raw):
        return tuple(raw)
    faults.append(Fault(("everyone",), "must be a list of texts"))
    return ()


def _keys(content: dict[str, Any], name: str) -> frozenset[str]:
    found = content.get(name)
    return (
        frozenset(str(raw.get("key")) for raw in found if isinstance(raw, dict))
        if isinstance(found, list)
        else frozenset()
    )


def _real(place: tuple[int | str, ...]) -> Place:
    """Drop what pydantic adds for its own use, such as the marker of a mapping's key."""
    return tuple(part for part in place if part != "[key]")


def _plain(fault: Any) -> str:  # noqa: ANN401 - pydantic's own dictionary
    message: str = PLAIN.get(fault["type"], fault["msg"])
    return message.removeprefix("Value error, ")


def _named(place: Place) -> list[str]:
    """Name a place as people count: `tiers 2, threshold`."""
    names: list[str] = []
    for part in place:
        if isinstance(part, int) and names:
            names[-1] += f" {part + 1}"
        else:
            names.append(str(part))
    return names
