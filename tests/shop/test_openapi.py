"""The document of the API says what the code does: schemathesis asks whatever it can think of, and finds no fault."""

import io
import itertools
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from schemathesis.core.parameters import ParameterLocation
from werkzeug.wrappers import Request

from portal.clock import now
from portal.shop.document import openapi
from tests.servers import BASE_URL, Database, worker_database
from tests.shop.signing import Shop, a_purchase, a_shop

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
FEW = settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
NAMES = {"webhook-source", "webhook-id", "webhook-timestamp"}


@pytest.fixture
def database() -> Database:
    """What is said about a message does not depend on the kind of database."""
    return worker_database("sqlite")


class Signer:
    """Signs what is on its way as the shop, where the headers that name a message are there at all."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.numbers = shop, itertools.count()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        request = Request(environ)
        if request.method == "POST" and {name.lower() for name, _ in request.headers} >= NAMES:
            raw = request.get_data()
            environ["wsgi.input"] = io.BytesIO(raw)
            signed = self.shop.signed(raw, f"m-{next(self.numbers)}", now(), self.shop.secret)
            del signed["content-type"]
            environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in signed.items()}
        return self.shop.app(environ, start_response)


def test_no_fault_is_found_by_asking_all_that_the_document_allows_and_forbids(app, session):
    recently = st.datetimes(datetime(2026, 6, 1), datetime(2026, 11, 1))  # noqa: DTZ001 - the zone is written below
    schemathesis.openapi.format("date-time", recently.map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}Z"))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", Signer(a_shop(app)), base_url=BASE_URL)
    seen: dict[GenerationMode, set[int]] = {}

    for mode, operation in itertools.product(GenerationMode, schema.get_all_operations()):

        @FEW
        @given(operation.ok().as_strategy(generation_mode=mode))
        def ask(case: Case[Any]) -> None:
            answer = case.call(base_url=BASE_URL)
            case.validate_response(answer, checks=CHECKS)
            body = case.meta.components.get(ParameterLocation.BODY)
            told = body.mode if body else case.meta.generation.mode
            seen.setdefault(told, set()).add(answer.status_code)

        ask()

    # What the document allows is taken in; only what no schema can say, such as an id used twice, is refused.
    assert 200 in seen[GenerationMode.POSITIVE]
    assert seen[GenerationMode.POSITIVE] <= {200, 207, 401, 422}
    assert 422 in seen[GenerationMode.NEGATIVE]
    assert not {200, 404, 500, 503} & seen[GenerationMode.NEGATIVE]


def test_document_names_every_door_for_programs_and_each_is_there(app):
    document = openapi()
    told = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}

    assert document["openapi"] == "3.1.0"
    assert told == {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods & {"GET", "POST"}
        if rule.rule.startswith("/api/")
    }


def test_document_is_of_the_programme_in_use(app):
    schemas = openapi()["components"]["schemas"]

    assert schemas["Cancelled"]["properties"]["activity"]["anyOf"][0]["enum"] == ["order", "device", "quiz", "referral"]
    assert schemas["Earned"]["properties"]["currency"]["anyOf"][0]["enum"] == ["GBP"]


def test_what_the_document_forbids_is_refused_for_that_very_field(app, session):
    """Every field of every kind: left out where it is needed, of another type, or beside one nobody knows."""
    shop = a_shop(app)
    schemas = openapi()["components"]["schemas"]
    samples = {"Earned": a_purchase("M-1"), "Returned": a_purchase("M-1", kind="return")}
    samples["Redeemed"] = {key: samples["Earned"][key] for key in ("id", "occurred_at", "subject", "member")}
    samples["Redeemed"] |= {"kind": "redemption", "points": 5}
    samples["Cancelled"] = {key: samples["Earned"][key] for key in ("id", "occurred_at", "subject", "activity")}
    samples["Cancelled"] |= {"kind": "cancellation"}
    lines, wanted = [], []
    for name, sample in samples.items():
        assert set(sample) <= set(schemas[name]["properties"])
        needed = set(schemas[name]["required"])
        for field in needed:
            lines.append({key: value for key, value in sample.items() if key != field})
            wanted.append(field)
        for field in sample:
            lines.append(sample | {field: {"x": 1}})
            wanted.append(field)

    answer = shop.send({"events": lines})

    assert [line["faults"][0]["field"] for line in answer.json["results"]] == wanted
