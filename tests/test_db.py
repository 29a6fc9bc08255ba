"""The database as every room uses it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError


def test_error_shows_its_statement_and_never_the_values(session):
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(text("SELECT :word FROM nowhere"), {"word": "a member's own words"})

    assert "nowhere" in str(caught.value)
    assert "own words" not in str(caught.value)
