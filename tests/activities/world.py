"""A simple model of what a shop and a member did, for the figures to be held against."""

from dataclasses import dataclass, field

from portal.activities.service import ShopMessage


@dataclass
class Thing:
    """What the model knows about one order."""

    order: ShopMessage
    granted: int
    back: int = 0
    is_undone: bool = False

    @property
    def net(self) -> int:
        whole = self.order.amount_minor or 0
        return 0 if self.is_undone else self.granted - self.granted * self.back // whole


@dataclass
class Spent:
    """What the model knows about one redemption: whether it was met, and whether it is to be given back."""

    told: ShopMessage
    is_met: bool = False
    is_undone: bool = False


@dataclass
class World:
    """Everything that happened to the member, what the shop has yet to say of it, and what it has said."""

    things: list[Thing] = field(default_factory=list)
    spent: dict[str, Spent] = field(default_factory=dict)
    waiting: list[ShopMessage] = field(default_factory=list)
    said: list[ShopMessage] = field(default_factory=list)
