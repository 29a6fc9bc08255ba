"""JSON read strictly: what two readers could take for two things is no message of ours."""

import json
from typing import Any

MOST_DIGITS = 20


class BadJson(ValueError):
    """The text is no JSON that everybody reads the same way."""


class SaidTwice(dict[str, Any]):
    """An object in which a name stands twice: readers disagree about which of the two counts."""

    name = ""


def read_json(text: str | bytes) -> Any:  # noqa: ANN401 - any JSON there is
    """Read a text of JSON in UTF-8; raises BadJson with the reason, in words for whoever sent it.

    NaN and Infinity are refused. An object in which a name stands twice comes back as SaidTwice.
    """
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        return json.loads(decoded, object_pairs_hook=_fields, parse_constant=_refuse, parse_int=_whole)
    except UnicodeDecodeError:
        message = "The text is not UTF-8."
        raise BadJson(message) from None
    except json.JSONDecodeError as error:
        message = f"The text is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        raise BadJson(message) from None
    except RecursionError:
        message = "The text is nested too deeply."
        raise BadJson(message) from None


def said_twice(value: object) -> str:
    """Name a field that stands twice somewhere in `value`, or give nothing; however deep it is nested."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, SaidTwice):
            return part.name
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        waiting += [one for one in inner if isinstance(one, (dict, list))]
    return ""


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields
    seen: set[str] = set()
    twice = SaidTwice(fields)
    twice.name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return twice


def _refuse(name: str) -> None:
    message = f"{name} is not a number."
    raise BadJson(message)


def _whole(digits: str) -> int:
    """Read a whole number; one of so many digits is beyond every bound of ours, and so are its first ones."""
    return int(digits[:MOST_DIGITS])
