"""Rows 7, 8, 10 and 18: pages against a bare Flask, statements, and the sign-in itself."""

from argon2 import PasswordHasher

from portal.demo.people import PASSWORD
from tools.bench.ground import BASE_URL, Ground, bare_flask, counting_statements
from tools.bench.rows import Row, at_least, at_most, cpu_ratio

HOME_BUDGET, SIGN_IN_BUDGET = 0.12, 0.40
MEMBER_STATEMENTS, DESK_STATEMENTS = 3, 6
SIGN_IN_EXTRA_MS = 3.0


def measure(ground: Ground) -> list[Row]:
    """Measure every row of this file."""
    return [_home(ground), _sign_in_page(ground), *_statements(ground), _sign_in(ground)]


def _home(ground: Ground) -> Row:
    asha, bare = ground.client("asha@club.example"), bare_flask()
    ratio = cpu_ratio(
        lambda: bare.get("/"), lambda: _ok(asha.get("/", base_url=BASE_URL)), times_first=400, times_second=80
    )
    return Row(
        "7",
        "home page of bare Flask, in process, SQLite",
        f">= {HOME_BUDGET}",
        str(ratio),
        f"bare Flask {ratio.seconds_of_first * 1000:.3f} ms",
        at_least(ratio, HOME_BUDGET),
        {"home_ms": ratio.seconds_of_second * 1000, "bare_ms": ratio.seconds_of_first * 1000, "ratio": ratio.median},
    )


def _sign_in_page(ground: Ground) -> Row:
    visitor, bare = ground.app.test_client(), bare_flask()
    ratio = cpu_ratio(
        lambda: bare.get("/"),
        lambda: _ok(visitor.get("/sign-in", base_url=BASE_URL)),
        times_first=400,
        times_second=150,
    )
    return Row(
        "8",
        "sign-in page of bare Flask",
        f">= {SIGN_IN_BUDGET}",
        str(ratio),
        f"bare Flask {ratio.seconds_of_first * 1000:.3f} ms",
        at_least(ratio, SIGN_IN_BUDGET),
        {"page_ms": ratio.seconds_of_second * 1000, "bare_ms": ratio.seconds_of_first * 1000, "ratio": ratio.median},
    )


def _statements(ground: Ground) -> list[Row]:
    rows = []
    asha, casey = ground.client("asha@club.example"), ground.client("casey@club.example")
    claim = asha.get("/claims", base_url=BASE_URL).get_data(as_text=True).partition('href="/claims/C-')[2][:8]
    for client, path, most in (
        (asha, "/", MEMBER_STATEMENTS),
        (asha, "/points", MEMBER_STATEMENTS),
        (asha, f"/claims/C-{claim}", MEMBER_STATEMENTS),
        (casey, "/care/", DESK_STATEMENTS),
    ):
        _ok(client.get(path, base_url=BASE_URL))
        with counting_statements(ground.app) as seen:
            _ok(client.get(path, base_url=BASE_URL))
        reads = [statement for statement in seen if statement.lstrip().upper().startswith(("SELECT", "WITH"))]
        shown = "/claims/…" if path.startswith("/claims/") else path
        rows.append(Row("10", f"SQL statements of {shown}", f"<= {most}", str(len(reads)), "2", len(reads) <= most))
    return rows


def _sign_in(ground: Ground) -> Row:
    """Sign in over and over against nothing but the verification that it contains."""
    hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    hashed = hasher.hash(PASSWORD)

    known = ground.client("asha@club.example").get_cookie("__Host-device", domain="club.example")
    assert known is not None

    def sign_in() -> None:
        client = ground.app.test_client()
        client.set_cookie("__Host-device", known.value, domain="club.example", secure=True, httponly=True)
        page = client.get("/sign-in", base_url=BASE_URL).get_data(as_text=True)
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        answer = client.post(
            "/sign-in",
            base_url=BASE_URL,
            headers={"Sec-Fetch-Site": "same-origin"},
            data={"csrf_token": token, "email": "asha@club.example", "password": PASSWORD},
        )
        assert answer.status_code == 303, answer.status_code  # noqa: PLR2004

    def page_alone() -> None:
        _ok(ground.app.test_client().get("/sign-in", base_url=BASE_URL))

    whole = cpu_ratio(sign_in, lambda: hasher.verify(hashed, PASSWORD), times_first=12, times_second=12)
    page = cpu_ratio(page_alone, page_alone, times_first=40, times_second=40, rounds=3)
    extra = (whole.seconds_of_first - whole.seconds_of_second - page.seconds_of_first) * 1000
    most = SIGN_IN_EXTRA_MS
    return Row(
        "18",
        "sign-in POST beyond one Argon2id verification",
        f"<= {most:.0f} ms",
        f"{extra:.1f} ms",
        f"verify {whole.seconds_of_second * 1000:.1f} ms",
        at_most(whole, 1 + (most + page.seconds_of_first * 1000) / (whole.seconds_of_second * 1000)),
        {"post_ms": whole.seconds_of_first * 1000, "verify_ms": whole.seconds_of_second * 1000},
    )


def _ok(response: object) -> None:
    status = getattr(response, "status_code", 0)
    assert status == 200, status  # noqa: PLR2004
