"""The pages of accounts."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from portal.accounts.views import invitations, passwords, sessions, you  # noqa: E402, F401 - they hang their routes on bp
