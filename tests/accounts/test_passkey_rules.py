"""For which site a passkey is made: the base address says it, or else this very machine."""

import pytest

from portal.accounts.rules import RelyingParty, named_twin, relying_party


@pytest.mark.parametrize(
    ("base_url", "asked_at", "wanted"),
    [
        ("https://club.example", "https://evil.example/", ("club.example", "https://club.example")),
        ("https://club.example:443", "", ("club.example", "https://club.example")),
        ("https://Club.Example:8443", "", ("club.example", "https://club.example:8443")),
        ("https://klüb.example", "", ("xn--klb-ioa.example", "https://xn--klb-ioa.example")),
        ("http://localhost:8000", "", ("localhost", "http://localhost:8000")),
        ("", "http://localhost:8000/", ("localhost", "http://localhost:8000")),
        ("", "http://localhost/", ("localhost", "http://localhost")),
    ],
)
def test_passkeys_belong_to_one_site_and_one_origin(base_url, asked_at, wanted):
    assert relying_party(base_url, asked_at) == RelyingParty(*wanted)


@pytest.mark.parametrize(
    ("base_url", "asked_at"),
    [
        ("", "http://127.0.0.1:8000/"), ("", "http://[::1]:8000/"), ("", "http://192.168.1.7:8000/"),
        ("", "https://club.example/"), ("", "http://localhost.evil.example/"), ("", "http://localhost:x/"), ("", ""),
        ("https://192.0.2.1", ""), ("http://club.example", ""),
    ],
)  # fmt: skip
def test_where_browsers_make_no_passkeys_none_are_asked_for(base_url, asked_at):
    assert relying_party(base_url, asked_at) is None


@pytest.mark.parametrize(
    ("base_url", "asked_at", "wanted"),
    [
        ("", "http://127.0.0.1:8000/", "http://localhost:8000"),
        ("", "http://[::1]/", "http://localhost"),
        ("", "http://192.168.1.7:8000/", ""),
        ("", "http://localhost:8000/", ""),
        ("", "http://localhost:x/", ""),
        ("https://club.example", "http://127.0.0.1:8000/", ""),
    ],
)
def test_demo_under_a_number_says_under_which_name_it_is_open_too(base_url, asked_at, wanted):
    assert named_twin(base_url, asked_at) == wanted
