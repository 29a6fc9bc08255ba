"""The letter about a passkey that came or went."""

from datetime import datetime

from flask_babel import force_locale

from portal.accounts.queries import Login
from portal.mail.letter import Letter
from portal.web import ui
from portal.web.links import absolute


def passkey_changed(login: Login, *, what: str, passkey: str, device: str, at: datetime) -> Letter:
    """Tell the owner that a passkey was added or removed, when and with what."""
    with force_locale(login.locale):
        when = ui.weekday_time(at)
    return Letter(
        kind="passkey_changed",
        to=login.email,
        locale=login.locale,
        user_id=login.user_id,
        facts={
            "name": login.first_name,
            "what": what,
            "passkey": passkey,
            "when": when,
            "device": device,
            "link": absolute("accounts.forgot_password"),
        },
    )
