"""Asking a member by letter; call this inside the unit of work that asks."""

from dataclasses import replace
from datetime import datetime

from portal.accounts.service import links
from portal.accounts.service.links import Purpose
from portal.claims import letters, queries
from portal.claims.models import InfoRequest
from portal.mail import outbox


def tell_asked(question: InfoRequest, *, key: str, at: datetime) -> None:
    """Ask by letter, with a link that opens this question alone; only the newest link to a question works."""
    token = links.open_link(
        Purpose.ANSWER,
        queries.writing_of(question.claim_id).user_id,
        key=key,
        life=question.answer_by - at,
        at=at,
        about_id=question.id,
        beside_others=True,
    )
    outbox.add(replace(letters.claim_needs_info(question.claim_id), token_id=token.id))
