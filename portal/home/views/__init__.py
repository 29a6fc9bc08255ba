"""The pages that show a member how they stand: first page, history, benefits; and help, for everybody."""

from flask import Blueprint

bp = Blueprint("home", __name__)

from portal.home.views import advice, balance, benefits, club_rules, first, history, statement  # noqa: E402, F401 - they hang their routes on bp
