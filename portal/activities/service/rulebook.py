"""The earning rules as they have been in force: each version is written down once and never changes."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from portal import programme
from portal.activities.models import RuleVersion
from portal.db import db
from portal.programme import EarnRule, ProgrammeError

LATER_KEYS = ("promotions", "excludes", "rounding", "member_cap", "member_cap_period")
_INSERT = {
    dialect: module.insert(RuleVersion).on_conflict_do_nothing(index_elements=["activity", "version"])
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql))
}


def sync_rules(*, at: datetime) -> int:
    """Write down the versions of the programme that are new; give their number.

    Raises ProgrammeError when a version that is written down says something else now: entries name the version
    that priced them. Only a last day may be added to a version that had none.
    """
    rules = programme.current().rules
    known = _written()
    if faults := _faults(rules, known):
        raise ProgrammeError(faults)
    new = [rule for rule in rules if (rule.activity, rule.version) not in known]
    for rule in new:
        db.session.execute(_INSERT[db.engine.dialect.name], _row(rule, at))
    return len(new)


def changed_versions(rules: Iterable[EarnRule]) -> list[str]:
    """Say which of these rules are written down with another body, so that a portal would not start with them."""
    return _faults(rules, _written())


def _written() -> dict[tuple[str, str], Any]:
    wanted = select(RuleVersion.activity, RuleVersion.version, RuleVersion.digest, RuleVersion.valid_until)
    return {(row.activity, row.version): row for row in db.session.execute(wanted)}


def _faults(rules: Iterable[EarnRule], known: Mapping[tuple[str, str], Any]) -> list[str]:
    return [
        f"rule {rule.version!r} of {rule.activity!r} has changed since it was first used: "
        "leave it as it was and give the change a version of its own"
        for rule in rules
        if (row := known.get((rule.activity, rule.version))) and _has_changed(rule, row)
    ]


def _has_changed(rule: EarnRule, row: Any) -> bool:  # noqa: ANN401 - a row of the table
    moved = row.valid_until is not None and row.valid_until != rule.valid_until
    return moved or bool(row.digest != _digest(_body(rule)))


def _body(rule: EarnRule) -> dict[str, Any]:
    """Give what a version says, its last day aside, in one spelling: 2 and 2.0 are the same.

    What rules could not say once is left out where it says nothing, so that old versions read as they did.
    """
    body = rule.model_dump(exclude={"valid_until"})
    silent = {key for key in LATER_KEYS if body[key] == EarnRule.model_fields[key].default}
    return {key: _plain(value) for key, value in body.items() if key not in silent}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, int) else str(value)


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _row(rule: EarnRule, at: datetime) -> dict[str, Any]:
    body = _body(rule)
    return {
        "id": uuid.uuid4(),
        "activity": rule.activity,
        "version": rule.version,
        "valid_from": rule.valid_from,
        "valid_until": rule.valid_until,
        "body": body,
        "digest": _digest(body),
        "recorded_at": at,
    }
