"""What a message is answered with: the very models the API's document is made from."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from portal.activities.rules import Outcome
from portal.shop.messages import BadLine

Count = Annotated[int, Field(ge=0)]


class Part(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FaultAnswer(Part):
    """What is wrong with a line: the field, a code for programs and a sentence for people."""

    field: str
    code: str
    detail: str


class LineAnswer(Part):
    """What became of one event, in the order they were sent.

    `recorded`: it is new and kept. `repeated`: it was kept before, and nothing changed. `refused`: it is not kept,
    `faults` say why. `failed`: the fault is ours, send the message again. `outcome` is what a kept event brings,
    and `code` why it brings nothing.
    """

    line: Annotated[int, Field(ge=1)]
    id: str | None
    status: Literal["recorded", "repeated", "refused", "failed"]
    outcome: Outcome | None = None
    code: str = ""
    faults: tuple[FaultAnswer, ...] = ()


class MessageAnswer(Part):
    """What became of a message: how many events were recorded, repeated, refused and failed, and each of them."""

    recorded: Count
    repeated: Count
    refused: Count
    failed: Count
    results: tuple[LineAnswer, ...]


def refused(line: int, name: str | None, bad: BadLine) -> LineAnswer:
    """Say why a line is not kept."""
    faults = tuple(FaultAnswer(field=fault.field, code=fault.code, detail=fault.words) for fault in bad.faults)
    return LineAnswer(line=line, id=name, status="refused", faults=faults)


def summed_up(results: Sequence[LineAnswer]) -> MessageAnswer:
    """Give the answer of a whole message."""
    counts = Counter(result.status for result in results)
    return MessageAnswer(
        recorded=counts["recorded"],
        repeated=counts["repeated"],
        refused=counts["refused"],
        failed=counts["failed"],
        results=tuple(results),
    )


class Problem(Part):
    """Why a request as a whole was not answered, after RFC 9457; `code` is for programs."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    code: str
    detail: str
