"""The history in a large club: everything is looked up by its member or its lines, however many others there are."""

from typing import Any

import pytest
from sqlalchemy import Select, text
from sqlalchemy.orm import Session, scoped_session

from portal.db import db
from portal.home.queries.related import related_to
from portal.home.queries.unpaid import unpaid_between
from portal.points.queries import EVERYTHING, lines_of
from tests.cast import Person
from tests.home.histories import at, earn
from tests.servers import Database

Reading = scoped_session[Session]


@pytest.fixture
def plan(database: Database, session: Reading):
    """Tell how a statement would be run; on PostgreSQL as where reading whole tables is out of the question."""

    def plan_of(statement: Select[Any]) -> str:
        if database.kind == "sqlite":
            # It chooses before it knows the values, so none are given.
            unbound = str(statement.compile(db.engine, compile_kwargs={"render_postcompile": True}))
            given = (None,) * unbound.count("?")
            found = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {unbound}", given)
            return "\n".join(row[3] for row in found)
        written = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
        session.execute(text("SET LOCAL enable_seqscan = off"))
        return "\n".join(row[0] for row in session.execute(text(f"EXPLAIN {written}")))

    return plan_of


def test_what_brought_nothing_is_looked_up_by_its_member(plan, asha: Person):
    found = plan(unpaid_between((at(1), None), EVERYTHING).params(member=asha.member))

    assert "ix_event_member_id_occurred_at" in found
    assert "ix_event_outcome_occurred_at" not in found


def test_what_belongs_to_lines_is_looked_up_by_them_and_not_among_all_lines_of_the_member(plan, asha: Person):
    earn(asha, 5, at(3))
    lines = lines_of(asha.member, EVERYTHING, upto=None, most=20)

    found = plan(related_to(lines).params(member=asha.member))

    assert "ix_entry_takes_from_id" in found
    assert "ix_entry_member_id_happened_at" not in found
