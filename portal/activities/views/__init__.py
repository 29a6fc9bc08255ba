"""The pages on which members earn points."""

from flask import Blueprint

bp = Blueprint("activities", __name__)

from portal.activities.views import devices, earning, friends, invited, quizzes  # noqa: E402, F401 - they hang their routes on bp
