"""The pages on which members earn points."""

from flask import Blueprint

bp = Blueprint("activities", __name__)

from portal.activities.views import earning  # noqa: E402, F401 - it hangs its routes on bp
