"""What templates share: formats by locale and zone, marks and icons, and the `ui` macros."""

from collections.abc import Callable, MutableMapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, request
from flask.templating import Environment as FlaskEnvironment
from jinja2.runtime import Macro
from markupsafe import Markup

from portal import clock, programme
from portal.web import access, formats
from portal.web.assets import asset_url
from portal.web.speech import clock_zone, direction, language, locale, spoken, teach, zone
from portal.web.sprite import Sprite, tier_mark
from portal.web.wiring import attributes, wiring

__all__ = ["FILTERS", "Environment", "Ui", "furnish", "locale", "spoken", "zone"]

MACRO_FILES = (
    "ui/form.html",
    "ui/frame.html",
    "ui/lines.html",
    "ui/drawings.html",
    "ui/upload.html",
    "ui/passkey.html",
)
# A drawing is some 4 KB, so that this many of them are 8 MB.
MOST_KEPT = 2000


class Environment(FlaskEnvironment):
    """Jinja as Flask has it, but for one cost that every single rendering pays."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give a template its globals as one flat table: Jinja's chain of two is slow to copy, some 15 microseconds."""
        return {**self.globals, **(d or {})}


def furnish(app: Flask) -> None:
    """Teach the app's templates the portal's words."""
    env = app.jinja_env
    sprite = Sprite(lambda: str(app.extensions["assets"]["icons.svg"]))
    env.filters.update(FILTERS)
    env.globals.update(FILTERS)
    env.globals.update(
        ui=Ui(env),
        icon=sprite.icon,
        mark=sprite.mark,
        tier_mark=tier_mark,
        still=_standing_still(app),
        kept=_keeping(),
        wiring=wiring,
        attributes=attributes,
        asset_url=asset_url,
        language=language,
        direction=direction,
        club=programme.current().club,
        help_pages=programme.current().help,
        visitor=access.visitor,
        url_for=_remembering(app),
    )
    teach(app)


class Ui:
    """Every macro of templates/ui by its name, also inside a block that is rendered alone."""

    def __init__(self, env: FlaskEnvironment) -> None:
        """Keep the environment; the macro files are read when the first macro is asked for."""
        self._env = env

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a macro
        """Find a macro in the files of templates/ui."""
        for file in MACRO_FILES:
            macro = getattr(self._env.get_template(file).module, name, None)
            if macro is not None:
                if not self._env.auto_reload:
                    setattr(self, name, macro)
                return macro
        raise AttributeError(name)


def _standing_still(app: Flask) -> Callable[..., Markup]:
    """Render what looks the same for everybody, such as the doors, once for each language and mount."""
    kept: dict[tuple[object, ...], Markup] = {}

    def still(template: str, **values: str) -> Markup:
        key = (template, spoken(), request.script_root if request else "", *values.values())
        if key not in kept or app.jinja_env.auto_reload:
            kept[key] = Markup(app.jinja_env.get_template(template).render(**values))  # noqa: S704 - a template of ours
        return kept[key]

    return still


def _keeping() -> Callable[..., Markup]:
    """Keep what a macro draws from a few numbers, such as the ladder: `key` holds all that it depends on."""
    drawn: dict[tuple[object, ...], Markup] = {}

    def kept(macro: Macro, *values: object, key: tuple[object, ...]) -> Markup:
        place = (macro.name, spoken(), *key)
        if place not in drawn:
            if len(drawn) >= MOST_KEPT:
                drawn.clear()
            drawn[place] = Markup(macro(*values))  # noqa: S704 - a macro of ours
        return drawn[place]

    return kept


def _remembering(app: Flask) -> Callable[..., str]:
    """Build addresses; one without values never changes, so it is built once wherever the portal is mounted."""
    known: dict[tuple[str, str], str] = {}

    def url_for(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as Flask's own
        if values or endpoint.startswith(".") or not request:
            return app.url_for(endpoint, **values)
        key = (request.script_root, endpoint)
        if key not in known:
            known[key] = app.url_for(endpoint)
        return known[key]

    return url_for


def _zone() -> ZoneInfo:
    return programme.current().club.zone


def _today() -> date:
    return formats.local_day(clock.now(), _zone())


def _on(at: date | datetime) -> date:
    return formats.local_day(formats.as_utc(at) if isinstance(at, datetime) else at, _zone())


def points(value: int) -> str:
    """Write a number of points: 1,240."""
    return formats.number(value, spoken())


def signed(value: int) -> Markup:
    """Write points that came or went, kept whole in any direction of writing: +120, −90."""
    return _signed(value, spoken())


@lru_cache(maxsize=4096)
def _signed(value: int, locale_name: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(formats.signed(value, locale_name))


def signed_text(value: int) -> str:
    """Write the same without its wrapper, for a drawing: +120, −90."""
    return formats.signed(value, spoken())


def money(minor: int) -> str:
    """Write an amount of the club's currency: £75.00."""
    return formats.money(minor, programme.current().club.currency, spoken())


def day(at: date | datetime) -> str:
    """Write a day: 22 Nov, or 22 Nov 2025 in another year."""
    return formats.day(_on(at), _today().year, spoken())


def full_day(at: date | datetime) -> str:
    """Write a day with its year, for what is kept: 22 Nov 2026."""
    return formats.day(_on(at), None, spoken())


def day_range(since: date | datetime, until: date | datetime) -> str:
    """Write a stretch of days: 19 to 28 Oct."""
    return formats.day_range(_on(since), _on(until), _today().year, spoken())


def weekday_day(at: date | datetime) -> str:
    """Write a day with its weekday: Sun 22 Nov."""
    return formats.weekday_day(_on(at), _today().year, spoken())


def near_day(at: date | datetime) -> str:
    """Write a day as people say it: today, yesterday, Sun 22 Nov."""
    return formats.near_day(_on(at), _today(), spoken())


def day_time(at: datetime) -> str:
    """Write a moment as the reader's clock shows it: yesterday, 21:15."""
    return formats.day_time(formats.as_utc(at), clock.now(), clock_zone(), spoken())


def weekday_time(at: datetime) -> str:
    """Write a moment by its weekday, day and time, as letters need it, which are read on another day."""
    return f"{weekday_day(at)}, {clock_time(at)}"


def clock_time(at: datetime) -> str:
    """Write the time of day as the reader's clock shows it: 21:15."""
    return formats.clock_time(formats.as_utc(at), clock_zone(), spoken())


def month(at: date | datetime) -> str:
    """Write a month: November, or November 2025 in another year."""
    return formats.month(_on(at), _today().year, spoken())


def short_month(at: date | datetime) -> str:
    """Write a month for a chart: Nov."""
    return formats.short_month(_on(at), spoken())


def ago(at: datetime) -> str:
    """Say how long something is past: 3 min ago."""
    return formats.ago(formats.as_utc(at), clock.now(), _zone())


def until(at: datetime) -> str:
    """Say when a moment comes: in 1 day 6 h, over by 35 min."""
    return formats.until(formats.as_utc(at), clock.now())


def left(at: datetime) -> str:
    """Say how much time is left: 1 day 6 h, over by 35 min."""
    return formats.left(formats.as_utc(at), clock.now())


def sentence(words: str) -> str:
    """Start a sentence: the first letter is raised, the rest is left alone."""
    return words[:1].upper() + words[1:]


FILTERS: dict[str, Callable[..., Any]] = {
    rule.__name__: rule
    for rule in (
        points, signed, signed_text, money, day, day_range, weekday_day, near_day, day_time, clock_time, month,
        short_month, ago, until, left, sentence,
    )
}  # fmt: skip
