"""The ladder, where somebody stands on it, and how it is drawn."""

from portal.tiers.rules.ladder import Ladder, Progress, Rung, ladder_of, progress, tier_at
from portal.tiers.rules.level import Level, level
from portal.tiers.rules.storeys import LevelMark, Storey, StoreyState, Tick, storeys

__all__ = [
    "Ladder",
    "Level",
    "LevelMark",
    "Progress",
    "Rung",
    "Storey",
    "StoreyState",
    "Tick",
    "ladder_of",
    "level",
    "progress",
    "storeys",
    "tier_at",
]
