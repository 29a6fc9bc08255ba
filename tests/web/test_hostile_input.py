"""Every route, given what no form of ours would send, by every kind of visitor: no fault, and nothing of others."""

import re
import uuid
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule, UUIDConverter
from werkzeug.routing.converters import IntegerConverter

from portal.accounts.models import Member, User
from portal.accounts.rules import MemberState, Role
from portal.claims.models import Claim
from portal.claims.rules import ClaimState
from portal.db import db
from portal.points.models import Entry
from tests import factories
from tests.cast import PASSWORD, Person
from tests.site import Site
from tests.web.test_every_route import OURS, ask

PORTAL = Path(__file__).parents[2] / "portal"
MARK = "what only Bruno may read"
HOSTILE = ("\x00x\ud7ff", "1e309", "٣-1\u202e<b hx-get=/x>", "31/02/26")
PLAUSIBLE = {
    "email": "zed@new.example",
    "name": "Zed Zed",
    "password": "violet harbour ladder nine",
    "country": "GB",
    "role": "admin",
    "points": "999999",
    "member_id": str(uuid.uuid4()),
    "verified": "y",
    "next": "//evil.example",
}
STRANGERS = ("nobody", "half in", "unfinished", "member")
VISITORS = (*STRANGERS, "agent", "admin")


@pytest.fixture
def things(asha: Person, bruno: Person, casey: Person, noor: Person) -> dict[str, object]:
    """What an address can name, all of it somebody else's."""
    claim = factories.a_claim(bruno, statement=MARK)
    factories.an_entry(bruno, 40, text=MARK)
    return {"claim_id": claim.id, "reference": claim.reference, "member_id": bruno.member, "person_id": noor.user_id}


@pytest.mark.parametrize("who", VISITORS)
def test_nothing_a_visitor_sends_breaks_a_page_or_opens_anothers(
    app: Flask, site: Site, things: dict[str, object], request: pytest.FixtureRequest, who: str
) -> None:
    browser = a_browser(site, request, who)
    faults: list[str] = []
    before = what_counts()
    names = field_names()
    token = token_of(browser)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {"static", "accounts.sign_out"}:
            continue
        for method, path, how in hostile_requests(rule, things, names):
            data = {"csrf_token": token, **how.pop("data", {})} if method == "POST" else None
            answer = ask(browser, method, path, headers=OURS, data=data, **how)
            body = answer.get_data()
            if answer.status_code >= 500:
                faults.append(f"{method} {path[:120]} gave {answer.status_code}")
            if who in STRANGERS and MARK.encode() in body:
                faults.append(f"{method} {path[:120]} shows what is another's")
            if "evil.example" in answer.headers.get("Location", ""):
                faults.append(f"{method} {path[:120]} leads away from us")

    assert faults == []
    if who in STRANGERS:
        assert what_counts() == before


def test_mark_is_there_for_whom_it_is_meant(site: Site, bruno: Person, things: dict[str, object]) -> None:
    mine = site.as_(bruno)

    assert MARK in mine.open("home.show_points").text
    assert MARK in mine.open("claims.show_claim", reference=things["reference"]).text


def what_counts() -> set[tuple[object, ...]]:
    """Give what nobody changes for themselves: roles, states, verdicts and points.

    Who joined meanwhile is a member, and what was typed is a draft of one's own.
    """
    db.session.rollback()
    people = select(User.id, User.role).where(User.role != Role.MEMBER)
    members = select(Member.id, Member.number, Member.state).where(Member.state != MemberState.PENDING_EMAIL)
    sent = Claim.state != ClaimState.DRAFT
    claims = select(Claim.id, Claim.state, Claim.assignee_id, Claim.points_granted).where(sent)
    points = select(func.count(Entry.id), func.sum(Entry.points))
    return {tuple(row) for asked in (people, members, claims, points) for row in db.session.execute(asked)}


def a_browser(site: Site, request: pytest.FixtureRequest, who: str) -> Site:
    match who:
        case "nobody":
            return site
        case "half in":
            site.open("accounts.sign_in").submit(email=request.getfixturevalue("noor").email, password=PASSWORD)
            return site
        case "unfinished":
            return site.as_(factories.a_member("Mara Lindt", state=MemberState.PENDING_PROFILE))
        case _:
            return site.as_(request.getfixturevalue({"member": "asha", "agent": "casey", "admin": "omar"}[who]))


def field_names() -> list[str]:
    """Read from the code which words forms and views listen to."""
    found = set(PLAUSIBLE)
    for source in PORTAL.rglob("*.py"):
        code = source.read_text(encoding="utf-8")
        found |= set(re.findall(r"^    (\w+) = \w*Field\(", code, re.MULTILINE))
        found |= set(re.findall(r"request\.(?:args|values|form|files)(?:\.get\(|\[)\"(\w+)\"", code))
    assert len(found) > 40
    return sorted(found)


def hostile_requests(
    rule: Rule, things: dict[str, object], names: list[str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    path = rule.build({name: hostile_part(rule, name, things) for name in rule.arguments})
    if path is None:
        return
    address, methods = path[1], rule.methods or set()
    if "GET" in methods:
        yield "GET", address, {}
        yield "GET", f"{address}?{'&'.join(f'{name}={quote(HOSTILE[0])}' for name in names)}", {}
        yield "GET", f"{address}?{'&'.join(f'{name}={quote(HOSTILE[2])}' for name in names)}", {}
    if "POST" in methods:
        for words in HOSTILE:
            yield "POST", address, {"data": dict.fromkeys(names, words)}
        yield "POST", address, {"data": dict.fromkeys(names, "1") | PLAUSIBLE}
        yield "POST", address, {"data": PLAUSIBLE | {"password": "x" * 1_000_000, "words": "x" * 1_000_000}}
        yield "POST", address, {"data": {"file": (BytesIO(b"\xff\xd8\xff\x00"), "a\x00/../b.jpg"), **PLAUSIBLE}}
        yield "POST", address, {"data": {"email\udcff".encode("utf-8", "surrogateescape").decode("latin-1"): "x"}}


def hostile_part(rule: Rule, name: str, things: dict[str, object]) -> object:
    converter = rule._converters[name]
    if isinstance(converter, UUIDConverter):
        return things.get(name, uuid.uuid4())
    if isinstance(converter, IntegerConverter):
        return 3
    return things.get(name, "x\x00y" + "a" * 300)


def token_of(browser: Site) -> str:
    for path in ("/you/safety", "/you/second-step", "/confirm", "/sign-in"):
        page = ask(browser, "GET", path).get_data(as_text=True)
        if found := re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page):
            return found[1]
    message = "no page gave a token"
    raise AssertionError(message)
