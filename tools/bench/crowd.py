"""A large club, written inside the database and past all posting: what it is for is reading."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from portal.clock import now
from portal.db import WRITES, db
from tools.bench.ground import Ground

DAYS_BETWEEN = 9
ROWS_AT_ONCE = 500_000
# Everybody is like her, but for the name.
ASHA = "asha@club.example"

# Each database makes an id of a number, makes up an id, and adds days in its own way.
WORDS = {
    "sqlite": {
        "id": "printf('%032x', {})",
        "any_id": "lower(hex(randomblob(16)))",
        "moment": "strftime('%Y-%m-%d %H:%M:%S.000000', :start, ({}) || ' days')",
    },
    "postgresql": {
        "id": "cast(lpad(to_hex(cast({} as bigint)), 32, '0') as uuid)",
        "any_id": "gen_random_uuid()",
        "moment": "cast(:start as timestamptz) + ({}) * interval '1 day'",
    },
}
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT cast(:first as bigint) UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
USERS = (
    "INSERT INTO user_account (id, email, email_canonical, password_hash, password_changed_at, role, name, locale, "
    "created_at, time_zone, wants_news, is_demo) {numbers} SELECT {id}, {email}, {email}, u.password_hash, "
    "u.password_changed_at, u.role, u.name, u.locale, u.created_at, u.time_zone, u.wants_news, u.is_demo "
    "FROM n, user_account u WHERE u.email_canonical = :asha"
)
MEMBERS = (
    "INSERT INTO member (id, user_id, number, birth_date, country, state, joined_at, email_verified_at, "
    "age_verified_at, profile_completed_at, consented_at) {numbers} SELECT {id}, {id}, 'L-' || i, m.birth_date, "
    "m.country, m.state, m.joined_at, m.email_verified_at, m.age_verified_at, m.profile_completed_at, m.consented_at "
    "FROM n, member m JOIN user_account u ON u.id = m.user_id WHERE u.email_canonical = :asha"
)
ACCOUNTS = (
    "INSERT INTO account (member_id, balance, status_points, sequence) {numbers} "
    "SELECT {id}, {lines}, {lines}, {lines} FROM n"
)
LINES = (
    "INSERT INTO entry (id, member_id, sequence, points, kind, activity, subject, happened_at, recorded_at, "
    "counts_for_tier, balance_after, reason, text, search_text, internal_note, rule_version, computation, "
    "idempotency_key) {numbers} SELECT {any_id}, {id}, {turn}, 1, 'earn', 'order', '9' || i, {moment}, {moment}, true, "
    "{turn}, '', 'Order', 'order 9' || i, '', '', '[]', 'line-{first}-' || i FROM n"
)
# Of each ten lines, one message that brought nothing stands beside them.
EVERY = 10
EVENTS = (
    "INSERT INTO event (id, source, external_id, payload_hash, kind, activity, subject, subject_key, items, currency, "
    "occurred_at, received_at, member_id, member_hint, hint_key, outcome, outcome_code, rule_version, computation) "
    "{numbers} SELECT {any_id}, 'shop', 'event-{first}-' || i, '', 'earn', 'order', '8' || i, '8' || i, '[]', 'GBP', "
    "{moment}, {moment}, {id}, '', '', 'ineligible', 'no_rule', '', '[]' FROM n"
)


def email_of(number: int) -> str:
    """Give the address of a member by number."""
    return f"line-{number}@club.example"


def add(place: Ground, numbers: range, *, lines: int) -> None:
    """Add members with as many lines each; of all lines together, those of the same day come first."""
    with (
        place.app.app_context(),
        db.engine.connect().execution_options(**{WRITES: True}) as connection,
    ):
        words = WORDS[connection.dialect.name]
        first, people = numbers[0], len(numbers)
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = 0"))
        names = {"numbers": NUMBERS, "id": words["id"].format("i"), "email": "'line-' || i || '@club.example'"}
        for statement in (USERS, MEMBERS, ACCOUNTS):
            run(connection, statement.format(lines=lines, **names), first=first, last=numbers[-1], asha=ASHA)
        who, turn = f"({first} + i % {people})", f"(1 + i / {people})"
        facts = {"numbers": NUMBERS, "any_id": words["any_id"], "id": words["id"].format(who), "first": first}
        for statement, each in ((LINES, lines), (EVENTS, lines // EVERY)):
            moment = words["moment"].format(f"({turn} - {each}) * {DAYS_BETWEEN * lines // each}")
            written = statement.format(turn=turn, moment=moment, **facts)
            for begin in range(0, people * each, ROWS_AT_ONCE):
                end = min(begin + ROWS_AT_ONCE, people * each) - 1
                run(connection, written, first=begin, last=end, start=start(connection.dialect.name))
        if connection.dialect.name == "postgresql":
            # It looks at what there is by itself, but only after a while.
            connection.execute(text("ANALYZE"))
            connection.execute(text("RESET statement_timeout"))
            connection.commit()


def run(connection: Connection, statement: str, **values: object) -> None:
    """Run one statement with what it names of these values, and commit it."""
    bound = {name: value for name, value in values.items() if f":{name}" in statement}
    connection.execute(text(statement), bound)
    connection.commit()


def start(dialect: str) -> object:
    """Give the moment days are counted from, as a database writes it."""
    at: datetime = now() - timedelta(hours=1)
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if dialect == "sqlite" else at
