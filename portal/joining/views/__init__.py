"""The pages of joining; they hang on the blueprint of accounts, of which they are a part to whoever links to them."""

from typing import Any

from flask import request

from portal.accounts.views import bp

__all__ = ["bp"]

UPLOAD_BYTES = 16 * 1024 * 1024


@bp.url_value_preprocessor
def take_document(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let the one route with a picture take a large body; this runs before the guard looks at what was sent."""
    if endpoint == "accounts.send_document":
        request.max_content_length = UPLOAD_BYTES


from portal.joining.views import confirmation, documents, join, requirements  # noqa: E402, F401 - their routes
