"""From where a request comes, for the log of who did what."""

from flask import g, has_request_context, request
from flask_login import current_user

from portal.audit.service import Actor, Where


def where() -> Where:
    """Give the network address, the browser and the id of this request; outside of one there is none."""
    if not has_request_context():
        return Where()
    return Where(
        address=request.remote_addr or "",
        agent=request.user_agent.string[:300],
        request_id=g.get("request_id", ""),
    )


def actor() -> Actor:
    """Give the signed-in person of this request, or nobody."""
    if has_request_context() and current_user and current_user.is_authenticated:
        return Actor(current_user.user_id, current_user.role)
    return Actor()
