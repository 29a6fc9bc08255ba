"""The attributes that tie a control to its label, hint and message; written here because every field needs them."""

from collections.abc import Mapping

from markupsafe import Markup, escape
from wtforms import Field


def wiring(
    field: Field,
    hint: str = "",
    described_by: str = "",
    *,
    required: bool | None = None,
    more: Mapping[str, object] | None = None,
) -> Markup:
    """Write id, name, state and description of a control, and `more` with `_` written as `-`.

    `described_by` names further elements; `required` overrides what the field's validators say.
    """
    name = escape(field.id)
    parts = [f'id="{name}" name="{escape(field.name)}"']
    described = [described_by] if described_by else []
    if field.errors:
        parts.append('aria-invalid="true"')
        described.insert(0, f"{name}-error")
    if hint or field.description:
        described.insert(0, f"{name}-hint")
    if described:
        parts.append(f'aria-describedby="{escape(" ".join(described))}"')
    if field.flags.required if required is None else required:
        parts.append("required")
    if more:
        parts.append(attributes(more))
    return Markup(" ".join(parts))  # noqa: S704 - each value is escaped above


def attributes(more: Mapping[str, object]) -> Markup:
    """Write further attributes as a macro is given them: `hx_post` is hx-post, and what is true has no value."""
    named = ((key.replace("_", "-"), value) for key, value in more.items())
    words = (name if value is True else f'{name}="{escape(value)}"' for name, value in named)
    return Markup(" ".join(words))  # noqa: S704 - each value is escaped above
