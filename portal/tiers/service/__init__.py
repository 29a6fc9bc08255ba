"""Posting points with their consequence, letting them lapse, and looking at tiers again."""

from portal.points.service import Posted, Posting
from portal.tiers.service.lapsing import lapse, tell
from portal.tiers.service.looks import Looked, begin_looks, look, warn
from portal.tiers.service.posting import Follow, open_membership, post, reverse

__all__ = [
    "Follow",
    "Looked",
    "Posted",
    "Posting",
    "begin_looks",
    "lapse",
    "look",
    "open_membership",
    "post",
    "reverse",
    "tell",
    "warn",
]
