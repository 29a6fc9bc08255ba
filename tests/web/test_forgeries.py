"""Whoever tries to write in somebody's name is refused, and the attempt stands in the log of the machine."""

import logging

import pytest

OURS = {"Origin": "https://club.example", "Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, "a write from another site was refused at accounts.begin_session"),
        (OURS, "a form without its token was refused at accounts.begin_session"),
    ],
)
def test_forged_write_is_noted_without_what_it_carried(site, caplog, headers, words):
    with caplog.at_level(logging.WARNING, logger="portal"):
        data = {"email": "asha@club.example", "password": "a secret\r\nforged line"}
        page = site.send("POST", "/sign-in", headers=headers, data=data, status=403)

    assert page.h1
    assert [record.getMessage() for record in caplog.records] == [words]
