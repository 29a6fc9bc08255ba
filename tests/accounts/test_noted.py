"""What is done to a password or a session stands in the log, about whom it concerns and without what was typed."""

import re

from sqlalchemy import select

from portal.audit.models import AuditEvent, AuditPersonal
from portal.audit.rules import Verb
from portal.db import db

NEW = "violet harbour ladder nine"


def lines(*verbs):
    db.session.rollback()
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.verb.in_(verbs)).order_by(AuditEvent.at))
    return [(row.verb, row.actor_id, row.about_id, row.facts) for row in rows]


def test_reset_is_noted_from_the_asking_to_the_change(site, asha):
    site.open("accounts.forgot_password").submit(email=asha.email)
    site.open("accounts.forgot_password").submit(email="nobody@club.example")
    link = re.search(r"https://club\.example(/reset/\S+)", site.letters[0].text)[1]
    site.open(link).submit(password=NEW)

    assert lines(Verb.PASSWORD_LINK_ASKED, Verb.PASSWORD_CHANGED) == [
        (Verb.PASSWORD_LINK_ASKED, None, asha.user_id, {"sent": True}),
        (Verb.PASSWORD_LINK_ASKED, None, None, {"sent": False}),
        (Verb.PASSWORD_CHANGED, asha.user_id, asha.user_id, {"by": "link"}),
    ]
    told = str([(row.facts, row.thing_id) for row in db.session.scalars(select(AuditEvent))])
    told += str(list(db.session.scalars(select(AuditPersonal.words))))
    assert [word for word in (asha.email, "nobody@", NEW, link.rsplit("/", 1)[1]) if word in told] == []


def test_signing_other_devices_out_is_noted(site, asha):
    phone, laptop = site.as_(asha), site.as_(asha)
    phone.open("accounts.show_you").submit("Sign out Safari on iPhone")
    site.as_(asha).open("accounts.show_you")
    phone.open("accounts.show_you").submit("Sign out everywhere else")

    assert laptop.open("accounts.show_you").path.startswith("/sign-in")
    assert lines(Verb.SESSION_ENDED) == [(Verb.SESSION_ENDED, asha.user_id, asha.user_id, {})] * 2
