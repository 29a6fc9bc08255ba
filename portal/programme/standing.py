"""How a tier is kept, whether points lapse, and how long what was promised may take."""

from datetime import date
from typing import Literal

from pydantic import Field

from portal.programme.club import Part

Window = Literal["lifetime", "rolling_year", "calendar_year"]
Fall = Literal["one", "all"]


class StandingTerms(Part):
    """Which status points count for a tier, and what happens when they no longer reach it.

    `window` lifetime: all of them, and a tier once reached is kept as long as its points stand. Otherwise a tier is
    looked at again when its year is over and `grace_days` more have passed; it sinks by `one` tier, or by `all` that
    are not reached. Points lapse `expiry_months` after they came, never where that is 0, and never before
    `expiry_from`. A letter says either `warning_days` before. An expectation is late `late_hours` after its time.
    """

    window: Window = "lifetime"
    grace_days: int = Field(0, ge=0, le=180)
    fall: Fall = "one"
    expiry_months: int = Field(0, ge=0, le=120)
    expiry_from: date | None = None
    warning_days: int = Field(30, ge=1, le=180)
    late_hours: int = Field(24, ge=1, le=24 * 30)
