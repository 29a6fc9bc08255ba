"""Who may open what: writes docs/access.md from the rules the routes wear."""

import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from uuid import UUID

from flask import Flask

from portal.accounts.rules import CONFIRMED_MINUTES
from portal.app import create_app
from portal.config import Mode, Settings
from portal.rooms import DEMO_BLUEPRINTS
from portal.web.access import HALF_IN, MEMBERS, Visitor, allows, rule_of

DOCUMENT = Path("docs/access.md")
SOMEBODY = UUID(int=1)
YES, HIDDEN, SIGN_IN, FINISH, SET_UP, SIGNED = "yes", "–", "sign in", "finish", "set up", "signed"
COLUMNS = ("nobody", "joining", "member", "password only", "agent", "lead", "admin")
HEAD = f"""# Who may open what

Written by `python -m tools.access` from the rules the routes wear (`portal/web/access.py`); a test compares the two,
and another one walks every route as everybody (`tests/web/test_every_route.py`).

- **nobody** is not signed in, **joining** is a member whose membership still waits for something, **password only** is
  one of the staff who has not set up or not yet shown a second step. An admin works no claims and posts no points.
- `{YES}`: may open it, for their own things or, at the desk, for what is nobody of theirs. `{HIDDEN}`: is told that
  there is no such page, and the log notes it. `{SIGN_IN}`, `{FINISH}`, `{SET_UP}`: is sent to sign in, to what is
  still missing, to setting up a second step.
- `{SIGNED}`: takes messages that are signed with a key (api.md), whoever sends them; no session counts.
- **fresh**: asks again who is there when they have not shown it in the last {CONFIRMED_MINUTES} minutes. Here and where
  somebody has to sign in again, what a form carried is kept.
- Rights are read with every request in the one statement that finds the session: a change counts from the next one on.
"""


def main() -> None:
    """Write the document anew."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(mode=Mode.DEMO, data_dir=Path(folder)))
        DOCUMENT.write_text(document(app), encoding="utf-8")


def document(app: Flask) -> str:
    """Give the whole document: one table for each room."""
    rows = sorted(_rows(app))
    tables = [
        f"## {room}{' (demo only)' if room in _demo_rooms() else ''}\n\n{_table([row[1:] for row in found])}"
        for room, found in groupby(rows, key=lambda row: row[0])
    ]
    return "\n".join([HEAD, *tables])


def cells(app: Flask, endpoint: str) -> tuple[str, ...]:
    """Tell what becomes of each kind of visitor at a route, in the order of the columns."""
    wanted = rule_of(app, endpoint)
    assert wanted is not None, f"{endpoint} has no access rule"
    if wanted.is_public:
        return (SIGNED if wanted.is_signed else YES,) * len(COLUMNS)
    member = allows(wanted, _visitor("member"))
    joining = HIDDEN if not member else FINISH if wanted == MEMBERS else YES
    half = YES if wanted == HALF_IN else SET_UP
    desk = (YES if allows(wanted, _visitor(role)) else HIDDEN for role in ("agent", "lead", "admin"))
    return (SIGN_IN, joining, YES if member else HIDDEN, half, *desk)


def _visitor(role: str) -> Visitor:
    member_id = SOMEBODY if role == "member" else None
    return Visitor(SOMEBODY, SOMEBODY, role, "", "", "", member_id=member_id)


def _rows(app: Flask) -> Iterator[tuple[str, ...]]:
    for rule in app.url_map.iter_rules():
        room = rule.endpoint.partition(".")[0]
        is_fresh = getattr(app.view_functions[rule.endpoint], "wants_confirmation", False)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            address = f"{method} `{rule.rule}`"
            yield (room, rule.rule, method, address, *cells(app, rule.endpoint), "fresh" if is_fresh else "")


def _table(rows: list[tuple[str, ...]]) -> str:
    lines = [("route", *COLUMNS, "again"), ("---",) * (len(COLUMNS) + 2), *(row[2:] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _demo_rooms() -> set[str]:
    return {"parts" if name.endswith(".parts") else name.split(".")[1] for name in DEMO_BLUEPRINTS}


if __name__ == "__main__":
    main()
