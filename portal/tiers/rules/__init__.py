"""The ladder, where somebody stands on it, and how it is drawn."""

from portal.tiers.rules.ladder import Ladder, Progress, Rung, ladder_of, progress, tier_at
from portal.tiers.rules.level import Level, level
from portal.tiers.rules.storeys import LevelMark, Storey, StoreyState, Tick, storeys
from portal.tiers.rules.windows import after_look, counts_at_look, counts_from, following_look, looked_at_after

__all__ = [
    "Ladder",
    "Level",
    "LevelMark",
    "Progress",
    "Rung",
    "Storey",
    "StoreyState",
    "Tick",
    "after_look",
    "counts_at_look",
    "counts_from",
    "following_look",
    "ladder_of",
    "level",
    "looked_at_after",
    "progress",
    "storeys",
    "tier_at",
]
