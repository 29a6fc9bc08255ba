"""What members can do in the portal itself to earn points: friends they invite."""

from pydantic import Field

from portal.programme.club import Key, Part, Prose


class ReferralTerms(Part):
    """How friends are invited: how long an invitation holds, and how many may be open, or bring points in a year.

    `invitation` are the words a member sends on, `statement` what the friend confirms of themselves.
    """

    activity: Key
    days: int = Field(30, ge=1, le=365)
    most_open: int = Field(5, ge=1, le=100)
    most_per_year: int = Field(10, ge=1, le=1000)
    invitation: Prose
    statement: Prose
