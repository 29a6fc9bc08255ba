"""Every route there is, walked by everybody: headers, cookies, forged writes, unused methods, foreign hosts."""

import contextvars
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from portal.accounts.models import Member, UserSession
from portal.accounts.rules import CONFIRMED_MINUTES, Factor, MemberState
from portal.app import create_app
from portal.clock import now
from portal.web.access import Visitor, allows, rule_of, takes_signature, wants_confirmation
from portal.web.security import CONTENT_SECURITY_POLICY, DOWNLOAD_POLICY, HSTS, PERMISSIONS_POLICY
from tests.servers import BASE_URL, Database, settings_for, worker_database
from tests.site import COOKIE_RULES, HEADERS, SWAP, Site
from tools.access import COLUMNS, FINISH, SET_UP, cells

ALL = HEADERS | {"Cache-Control": "no-store", "Strict-Transport-Security": HSTS}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE")
NOBODYS_ID = "6f1c1d3e-0000-4000-8000-00000000002a"
EXAMPLES = {"uuid": NOBODYS_ID, "int": "7", "string": "C-7XKQ4MNP"}
PLACEHOLDER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>")
OURS = {"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"}
FORGERIES: dict[str, dict[str, Any]] = {
    "no token": {"headers": OURS},
    "a token of one's own making": {"headers": OURS, "data": {"csrf_token": "IjEyMyI.x.y"}},
    "the header of htmx": {"headers": OURS | SWAP},
    "JSON as plain text": {"headers": OURS, "data": '{"csrf_token": "x"}', "content_type": "text/plain"},
    "another site, by Fetch metadata": {"headers": {"Sec-Fetch-Site": "cross-site"}},
    "a sibling of ours, by Fetch metadata": {"headers": {"Sec-Fetch-Site": "same-site"}},
    "another site, by its origin": {"headers": {"Origin": "https://evil.example"}},
    "no origin at all": {"headers": {"Origin": "null"}},
}
FORGED_PROXY = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "/evil.example",
    "Forwarded": "host=evil.example;proto=http",
    "CF-Connecting-IP": "203.0.113.9",
    "X-Original-URL": "/care/people",
    "X-Rewrite-URL": "/care/people",
    "X-HTTP-Method-Override": "POST",
}


@dataclass(frozen=True)
class Door:
    """One method of one route, at an address that leads to nothing of anybody's."""

    method: str
    path: str
    endpoint: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@pytest.fixture
def database() -> Database:
    """What stands before the views does not depend on the kind of database."""
    return worker_database("sqlite")


@pytest.fixture
def doors(app: Flask) -> list[Door]:
    found = [
        Door(method, PLACEHOLDER.sub(lambda kind: EXAMPLES[kind[1]], rule.rule), rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]
    assert len(found) > 60
    return found


@pytest.fixture
def people(site: Site, asha, casey, lena, omar) -> dict[str, Site]:
    return {person.role: site.as_(person) for person in (asha, casey, lena, omar)}


def ask(browser: Site, method: str, path: str, **how: Any) -> TestResponse:
    """Send a request as it is, follow nothing, and read nothing into the answer."""
    how = {"base_url": BASE_URL, "buffered": True} | how
    return contextvars.Context().run(browser.client.open, path, method=method, **how)


def may_pass(app: Flask, door: Door, role: str) -> bool:
    wanted = rule_of(app, door.endpoint)
    assert wanted is not None
    member = UUID(NOBODYS_ID) if role == "member" else None
    who = Visitor(UUID(NOBODYS_ID), UUID(NOBODYS_ID), role, "", "", "", member_id=member)
    return allows(wanted, who)


def browser_for(app: Flask, door: Door, people: dict[str, Site], nobody: Site) -> Site:
    """Choose somebody who may pass, or nobody where everybody may."""
    if rule_of(app, door.endpoint).is_public:
        return nobody
    return next(people[role] for role in people if may_pass(app, door, role))


def faults_of(answer: TestResponse, *, is_part: bool = False) -> Iterator[str]:
    is_part = is_part or answer.headers.get("Content-Disposition", "").startswith("attachment")
    for name, value in ALL.items():
        if answer.headers.get(name) != value:
            yield f"{name} is {answer.headers.get(name)}"
    if answer.headers.get("Content-Security-Policy") != (DOWNLOAD_POLICY if is_part else CONTENT_SECURITY_POLICY):
        yield f"the policy is {answer.headers.get('Content-Security-Policy')}"
    if answer.headers.get("Permissions-Policy") != PERMISSIONS_POLICY and not is_part:
        yield "no Permissions-Policy"
    if "charset" not in answer.headers.get("Content-Type", "") and answer.mimetype == "text/html":
        yield "no character set"
    yield from (f"{name} tells what we run on" for name in ("Server", "X-Powered-By") if name in answer.headers)
    for line in answer.headers.getlist("Set-Cookie"):
        for name, morsel in SimpleCookie(line).items():
            wrong = {key: morsel[key] for key, value in COOKIE_RULES.items() if morsel[key] != value}
            yield from [f"cookie {name} has {wrong}"] if wrong else []
            yield from [] if name.startswith("__Host-") else [f"cookie {name} can be set by a sibling of ours"]
            yield from [f"cookie {name} is for {morsel['domain']}"] if morsel["domain"] else []


def test_every_answer_carries_its_headers_and_its_cookies_keep_the_rules(app, site, doors, people):
    found = []
    for door in doors:
        for browser in (site, browser_for(app, door, people, site)):
            answer = ask(browser, door.method, door.path, headers=OURS)
            found += [f"{door}: {fault}" for fault in faults_of(answer)]
            part = ask(browser, door.method, door.path, headers=OURS | SWAP)
            found += [f"{door} in part: {fault}" for fault in faults_of(part, is_part=True)]

    assert found == []


def test_nothing_answers_with_a_fault_of_ours(app, site, doors, people):
    statuses = {
        str(door): ask(browser_for(app, door, people, site), door.method, door.path, headers=OURS).status_code
        for door in doors
    }

    assert {door: status for door, status in statuses.items() if status >= 500} == {}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_write_is_taken_with(app, site, doors, people, forgery):
    answers = {
        str(door): ask(browser_for(app, door, people, site), "POST", door.path, **FORGERIES[forgery])
        for door in doors
        if door.method == "POST" and not takes_signature(app, door.endpoint)
    }

    assert {door: answer.status_code for door, answer in answers.items() if answer.status_code != 403} == {}
    is_part = "htmx" in forgery
    assert [fault for answer in answers.values() for fault in faults_of(answer, is_part=is_part)] == []


@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_message_is_taken_without_its_signature_with(app, session, doors, people, forgery):
    signed = [door for door in doors if takes_signature(app, door.endpoint)]
    assert signed

    for door in signed:
        for browser in people.values():
            for how in (FORGERIES[forgery], FORGERIES[forgery] | {"data": "{}", "content_type": "application/json"}):
                answer = ask(browser, "POST", door.path, **how)
                assert answer.status_code in {401, 415}, door
                assert answer.headers.getlist("Set-Cookie") == [], door


def test_right_token_from_another_site_is_refused_all_the_same(app, site, doors, people):
    tokens = {role: browser.open("home.show_home" if role == "member" else "care.show_queue").token
              for role, browser in people.items()}  # fmt: skip
    refused = {}
    for door in doors:
        if door.method == "POST" and not rule_of(app, door.endpoint).is_public:
            role = next(role for role in people if may_pass(app, door, role))
            data, headers = {"csrf_token": tokens[role]}, {"Sec-Fetch-Site": "cross-site"}
            refused[str(door)] = ask(people[role], "POST", door.path, data=data, headers=headers).status_code

    assert set(refused.values()) == {403}


def test_methods_nobody_needs_are_refused(app, site, doors):
    adapter = app.url_map.bind("club.example", url_scheme="https")
    found = {}
    for path in {door.path for door in doors}:
        for method in set(METHODS) - set(adapter.allowed_methods(path)):
            answer = ask(site, method, path, headers=OURS)
            found[f"{method} {path}"] = (answer.status_code, bool(answer.headers.get("Allow")), [*faults_of(answer)])

    assert {asked: said for asked, said in found.items() if said != (405, True, [])} == {}


def test_strangers_are_sent_to_sign_in_from_every_door_that_is_not_for_all(app, site, doors):
    for door in doors:
        if rule_of(app, door.endpoint).is_public:
            continue
        answer = ask(site, door.method, door.path, headers=OURS)
        part = ask(site, door.method, door.path, headers=OURS | SWAP)

        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/sign-in"), door
        assert (part.status_code, part.headers["HX-Redirect"].split("?")[0], part.data) == (401, "/sign-in", b""), door


@pytest.mark.parametrize("role", ["member", "agent", "lead", "admin"])
def test_door_of_another_role_looks_like_one_that_is_not_there(app, site, doors, people, role):
    def told(answer: TestResponse) -> tuple[int, str]:
        text = re.sub(r"[0-9A-F]{3}-[0-9A-F]{3}", "NUMBER", answer.get_data(as_text=True))
        return answer.status_code, re.sub(r"\d\d:\d\d|csrf_token\" value=\"[^\"]+", "", text)

    browser = people[role]
    nowhere = told(ask(browser, "GET", "/there-is-no-such-page"))
    closed = [door for door in doors if not may_pass(app, door, role) and not rule_of(app, door.endpoint).is_public]
    assert closed

    for door in closed:
        assert told(ask(browser, door.method, door.path, headers=OURS)) == nowhere, door


def test_request_for_another_host_is_refused_at_every_door(app, site, doors):
    for door in doors:
        for host in ("https://evil.example", "https://club.example.evil.example", "https://127.0.0.1"):
            answer = ask(site, door.method, door.path, base_url=host)

            assert answer.status_code == 400, (door, host)
            assert "evil.example" not in answer.get_data(as_text=True), (door, host)


def test_what_a_proxy_would_say_is_believed_at_no_door(app, site, doors, people):
    for door in doors:
        for browser in (site, browser_for(app, door, people, site)):
            plain = ask(browser, door.method, door.path, headers=OURS)
            forged = ask(browser, door.method, door.path, headers=OURS | FORGED_PROXY)

            assert (forged.status_code, forged.headers.get("Location")) == (
                plain.status_code,
                plain.headers.get("Location"),
            ), door
            assert b"evil.example" not in str(forged.headers).encode() + forged.get_data(), door


def test_route_without_a_rule_opens_for_nobody(database):
    app = create_app(settings_for(database))
    app.add_url_rule("/forgotten", "home.forgotten", lambda: "what nobody should see")

    answer = app.test_client().get("/forgotten", base_url=BASE_URL)

    assert answer.status_code == 404
    assert "what nobody should see" not in answer.get_data(as_text=True)


def send_on(answer: TestResponse) -> str:
    return answer.headers.get("Location", "").split("?")[0]


@pytest.mark.parametrize(
    ("kind", "becomes", "leads_to"),
    [("password only", SET_UP, "/you/second-step"), ("joining", FINISH, "/you/requirements")],
)
def test_who_is_not_all_the_way_in_is_led_to_what_is_missing(
    app, site, session, doors, asha, casey, *, kind, becomes, leads_to
):
    browser = site.as_(casey if kind == "password only" else asha)
    session.execute(update(UserSession).values(factor=Factor.PASSWORD))
    session.execute(update(Member).values(state=MemberState.PENDING_PROFILE))
    session.commit()
    column = COLUMNS.index(kind)
    closed = [door for door in doors if cells(app, door.endpoint)[column] == becomes]
    assert len(closed) > 10

    for door in closed:
        answer = ask(browser, door.method, door.path, headers=OURS)
        assert (answer.status_code, send_on(answer)) == (303, leads_to), door


def test_every_door_that_wants_it_fresh_asks_again_who_is_there(app, session, doors, people):
    session.execute(update(UserSession).values(confirmed_at=now() - timedelta(minutes=CONFIRMED_MINUTES, seconds=1)))
    session.commit()
    fresh = [door for door in doors if wants_confirmation(app, door.endpoint)]
    assert len(fresh) > 10

    for door in fresh:
        role = next(role for role in people if may_pass(app, door, role))
        answer = ask(people[role], door.method, door.path, headers=OURS)
        assert (answer.status_code, send_on(answer)) == (303, "/confirm"), door
