"""The pages of accounts."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from portal.accounts.views import (  # noqa: E402 - they hang their routes on bp
    activity,  # noqa: F401
    addresses,  # noqa: F401
    confirming,  # noqa: F401
    emails,  # noqa: F401
    enrolling,  # noqa: F401
    households,  # noqa: F401
    invitations,  # noqa: F401
    own_password,  # noqa: F401
    passkey_sign_in,  # noqa: F401
    passkey_steps,  # noqa: F401
    passkeys,  # noqa: F401
    passwords,  # noqa: F401
    profile,  # noqa: F401
    safety,  # noqa: F401
    sessions,  # noqa: F401
    steps,  # noqa: F401
    you,  # noqa: F401
)
