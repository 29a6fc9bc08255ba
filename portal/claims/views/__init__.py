"""The pages of the claims room."""

from typing import Any

from flask import Blueprint, request

from portal.claims.words import file_size, kinds_accepted, kinds_taken

bp = Blueprint("claims", __name__)

UPLOAD_BYTES = 64 * 1024 * 1024
UPLOADS = frozenset(
    {
        "claims.add_evidence",
        "claims.write_message",
        "claims.answer_question",
        "claims.send_access",
        "claims.send_answer",
    }
)


@bp.url_value_preprocessor
def take_pictures(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let these routes alone take large bodies; this runs before the guard first looks at what was sent."""
    if endpoint in UPLOADS:
        request.max_content_length = UPLOAD_BYTES


bp.add_app_template_filter(file_size)
bp.add_app_template_global(kinds_taken)
bp.add_app_template_global(kinds_accepted)

from portal.claims.views import (  # noqa: E402, F401 - their routes
    access,
    answering,
    appeals,
    blackout,
    claims,
    drafts,
    evidence,
    late,
    pictures,
    subject,
    thread,
    typed,
    withdrawal,
)
