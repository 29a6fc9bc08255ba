"""What the claims pages, letters and services read; the asker comes first in every question."""

from portal.claims.queries.access import Outsider, access_draft, access_picture, outsider_of
from portal.claims.queries.allowance import allowance_of
from portal.claims.queries.appeals import Kin, appealable_until, kin_of
from portal.claims.queries.evidence import KeptPicture, OpenPicture, picture_of, unsent_picture, unsent_pictures
from portal.claims.queries.facts import ClaimFacts, claim_of, facts_of, open_claim_on
from portal.claims.queries.forecast import half_answered_within
from portal.claims.queries.late import Late, late_of
from portal.claims.queries.look_up import Answer, LookUp, first_claimable, joined_at, look_up
from portal.claims.queries.named import Named, came_in_elsewhere, named
from portal.claims.queries.pages import (
    MOST_ON_A_PAGE,
    ClaimPage,
    Credit,
    Line,
    Picture,
    Question,
    claim_page,
    closed_claims,
    unsettled_claims,
)
from portal.claims.queries.things import Standing, Thing, recent_things
from portal.claims.queries.writing import Said, Writing, last_said, question_of, writing_of

__all__ = [
    "MOST_ON_A_PAGE",
    "Answer",
    "ClaimFacts",
    "ClaimPage",
    "Credit",
    "KeptPicture",
    "Kin",
    "Late",
    "Line",
    "LookUp",
    "Named",
    "OpenPicture",
    "Outsider",
    "Picture",
    "Question",
    "Said",
    "Standing",
    "Thing",
    "Writing",
    "access_draft",
    "access_picture",
    "allowance_of",
    "appealable_until",
    "came_in_elsewhere",
    "claim_of",
    "claim_page",
    "closed_claims",
    "facts_of",
    "first_claimable",
    "half_answered_within",
    "joined_at",
    "kin_of",
    "last_said",
    "late_of",
    "look_up",
    "named",
    "open_claim_on",
    "outsider_of",
    "picture_of",
    "question_of",
    "recent_things",
    "unsent_picture",
    "unsent_pictures",
    "unsettled_claims",
    "writing_of",
]
