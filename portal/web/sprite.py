"""Icons and marks: small pictures by name, drawn once and then only handed out."""

from collections.abc import Callable
from functools import lru_cache

from markupsafe import Markup

ICON = Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>')
MARK = Markup('<svg class="{}" {}><use href="{}#{}"/></svg>')
SILENT = Markup('aria-hidden="true"')
SAID = Markup('role="img" aria-label="{}"')
HIDDEN = Markup('<span class="hidden">{}</span>')

RUNG = Markup(
    '<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">'
    '<path stroke-width="2.5" d="{reached}"/>{ahead}</svg><span class="hidden">{name}</span>'
)
RUNGS_AHEAD = Markup('<path stroke-width="1" opacity=".5" d="{}"/>')
LOWEST, HIGHEST = 13, 3


class Sprite:
    """The pictures of icons.svg; `address` tells where it is served."""

    def __init__(self, address: Callable[[], str]) -> None:
        """Start without a picture; each is drawn when it is first asked for."""
        self._address = address
        self.icon = lru_cache(maxsize=512)(self._icon)
        self.mark = lru_cache(maxsize=512)(self._mark)

    def _icon(self, name: str, *, small: bool = False, turn: bool = False, label: str = "") -> Markup:
        """Draw an icon; `turn` mirrors it from right to left, `label` is for those who do not see it."""
        classes = "icon" + " icon--s" * small + " turn" * turn
        picture = ICON.format(classes, self._address(), name)
        return picture + HIDDEN.format(label) if label else picture

    def _mark(self, state: str, *, tone: str = "", label: str = "") -> Markup:
        """Draw how far a thing has come: solid, hatched, open, needs, refused or outline; tone is points or ink."""
        tone = "needs" if state == "needs" else tone
        classes = f"mark mark--{tone}" if tone else "mark"
        said = SAID.format(label) if label else SILENT
        return MARK.format(classes, said, self._address(), state)


@lru_cache(maxsize=256)
def tier_mark(rank: int, rungs: int, name: str) -> Markup:
    """Draw the tier on rung `rank` (from 1) of `rungs`; its name is there for those who do not see it."""
    step = (LOWEST - HIGHEST) / max(rungs - 1, 1)
    lines = [f"M2 {LOWEST - step * rung:.4g}h12" for rung in range(rungs)]
    ahead = RUNGS_AHEAD.format("".join(lines[rank:])) if rank < rungs else ""
    return RUNG.format(reached="".join(lines[:rank]), ahead=ahead, name=name)
