"""What the portal may decide without anybody: when, up to how many points, and for whom."""

from pydantic import Field

from portal.programme.club import Part


class AutomaticTerms(Part):
    """When claims are decided automatically; `sent_back` is the reason for what was sent back, or "" for a person."""

    on: bool = True
    points_max: int = Field(200, ge=0, le=100_000)
    member_days: int = Field(30, ge=0, le=3660)
    claims_max: int = Field(5, ge=0, le=1000)
    claims_days: int = Field(30, ge=1, le=3660)
    sent_back: str = Field("", max_length=40)
