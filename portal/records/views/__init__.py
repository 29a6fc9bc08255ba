"""The pages of the records room."""

from flask import Blueprint

bp = Blueprint("records", __name__)

from portal.records.views import closing, export  # noqa: E402, F401 - their routes
