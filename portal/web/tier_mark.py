"""The small mark of a tier: as many rungs as the ladder has, the reached ones strong."""

from functools import lru_cache

from markupsafe import Markup

LOWEST, HIGHEST = 13, 3
MARK = Markup(
    '<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">'
    '<path stroke-width="2.5" d="{reached}"/>{ahead}</svg><span class="hidden">{name}</span>'
)
AHEAD = Markup('<path stroke-width="1" opacity=".5" d="{}"/>')


@lru_cache(maxsize=256)
def tier_mark(rank: int, rungs: int, name: str) -> Markup:
    """Draw the tier on rung `rank` (from 1) of `rungs`; its name is there for those who do not see it."""
    step = (LOWEST - HIGHEST) / max(rungs - 1, 1)
    lines = [f"M2 {LOWEST - step * rung:.4g}h12" for rung in range(rungs)]
    ahead = AHEAD.format("".join(lines[rank:])) if rank < rungs else ""
    return MARK.format(reached="".join(lines[:rank]), ahead=ahead, name=name)
