"""Every key of the programme file is explained in docs/programme.md, and nothing else is."""

import re
from pathlib import Path

import pytest

from portal.programme import (
    Activity,
    Ask,
    AutomaticTerms,
    Benefit,
    ClaimTerms,
    Club,
    DeskTerms,
    EarnRule,
    HelpPage,
    JoiningTerms,
    Programme,
    Promotion,
    Question,
    Quiz,
    Reason,
    RecordTerms,
    ReferralTerms,
    Reply,
    StandingTerms,
    Tier,
)

PAGE = Path(__file__).parents[2] / "docs" / "programme.md"
TERMS = (AutomaticTerms, ClaimTerms, DeskTerms, JoiningTerms, RecordTerms, ReferralTerms, StandingTerms)
PARTS = (Activity, Ask, Benefit, Club, EarnRule, HelpPage, Promotion, Question, Quiz, Reason, Reply, Tier, *TERMS)
EXPLAINED = {
    name
    for row in PAGE.read_text(encoding="utf-8").splitlines()
    if row.startswith("| `")
    for name in re.findall(r"`(\w+)`", row.split("|")[1])
}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_is_explained(part):
    keys = {field.alias or name for name, field in part.model_fields.items()}
    assert keys <= EXPLAINED


def test_no_key_is_explained_that_is_not_there():
    known = {field.alias or name for part in PARTS for name, field in part.model_fields.items()}
    assert known | set(Programme.model_fields) >= EXPLAINED
