import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.web.access import rule_of

PLACEHOLDER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>")
KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)?")
# The page that shows every part is for developers; its name cannot meet a room's.
ODD_PARTS = frozenset({"_parts"})


@pytest.fixture
def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def test_each_route_wears_an_access_rule(app, rules):
    assert [rule.endpoint for rule in rules if rule_of(app, rule.endpoint) is None] == []


def test_each_parameter_has_a_type(rules):
    assert [rule.rule for rule in rules if "" in PLACEHOLDER.findall(rule.rule)] == []


def test_addresses_are_kebab_case(rules):
    odd = [
        rule.rule
        for rule in rules
        for part in PLACEHOLDER.sub("", rule.rule).split("/")
        if part and not KEBAB.fullmatch(part) and part not in ODD_PARTS
    ]
    assert odd == []


def test_an_act_is_a_post_and_a_page_is_a_get(rules):
    allowed = ({"GET", "HEAD", "OPTIONS"}, {"POST", "OPTIONS"})

    assert [(rule.rule, rule.methods) for rule in rules if rule.methods not in allowed] == []


def test_endpoints_have_the_name_of_their_room(rules):
    assert [rule.endpoint for rule in rules if rule.endpoint.count(".") != 1] == []


def test_unknown_address_is_a_proper_page(site):
    page = site.open("/there-is-no-such-page", status=404)

    assert page.h1
