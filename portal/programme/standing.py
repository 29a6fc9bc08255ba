"""How long what was promised may take."""

from pydantic import Field

from portal.programme.club import Part


class StandingTerms(Part):
    """When an expectation counts as late: so many hours after its time."""

    late_hours: int = Field(24, ge=1, le=24 * 30)
