"""What templates share: formats by locale and zone, marks and icons, and the `ui` macros."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask import Flask, g, has_app_context, request
from flask_babel import get_locale
from jinja2 import Environment
from markupsafe import Markup

from portal import clock, programme
from portal.web import access, formats
from portal.web.assets import asset_url
from portal.web.tier_mark import tier_mark

MACRO_FILES = ("ui/form.html", "ui/frame.html", "ui/lines.html", "ui/drawings.html", "ui/upload.html")
MARK_TONES = {"needs": "mark--needs"}


def furnish(app: Flask) -> None:
    """Teach the app's templates the portal's words."""
    env = app.jinja_env
    env.filters.update(FILTERS)
    env.globals.update(FILTERS)
    env.globals.update(
        ui=Ui(env),
        icon=icon,
        mark=mark,
        tier_mark=tier_mark,
        asset_url=asset_url,
        language=language,
        direction=direction,
        club=programme.current().club,
        help_pages=programme.current().help,
        visitor=access.visitor,
        url_for=_remembering(app),
    )


class Ui:
    """Every macro of templates/ui by its name, also inside a block that is rendered alone."""

    def __init__(self, env: Environment) -> None:
        """Keep the environment; the macro files are read when the first macro is asked for."""
        self._env = env
        self.icon = icon
        self.mark = mark
        self.tier = tier_mark

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a macro
        """Find a macro in the files of templates/ui."""
        for file in MACRO_FILES:
            macro = getattr(self._env.get_template(file).module, name, None)
            if macro is not None:
                if not self._env.auto_reload:
                    setattr(self, name, macro)
                return macro
        raise AttributeError(name)


def icon(name: str, *, small: bool = False, turn: bool = False, label: str = "") -> Markup:
    """Draw an icon of the sprite; `turn` mirrors it from right to left, `label` is for those who do not see it."""
    return _icon(asset_url("icons.svg"), name, small, turn) + _hidden(label)


@lru_cache(maxsize=256)
def _icon(sprite: str, name: str, small: bool, turn: bool) -> Markup:  # noqa: FBT001 - a cache key
    classes = "icon" + " icon--s" * small + " turn" * turn
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(classes, sprite, name)


def mark(state: str, *, tone: str = "", label: str = "") -> Markup:
    """Draw how far a thing has come: solid, hatched, open, needs, refused or outline; tone is points or ink."""
    return _mark(asset_url("icons.svg"), state, tone, label)


@lru_cache(maxsize=512)
def _mark(sprite: str, state: str, tone: str, label: str) -> Markup:
    tone_class = MARK_TONES.get(state, f"mark--{tone}" if tone else "")
    classes = f"mark {tone_class}".strip()
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" {}><use href="{}#{}"/></svg>').format(classes, said, sprite, state)


def _hidden(words: str) -> Markup:
    return Markup('<span class="hidden">{}</span>').format(words) if words else Markup()


def language() -> str:
    """Give the language of the page for its lang attribute: en-GB."""
    return _locale().replace("_", "-")


def direction() -> str:
    """Give the direction of writing of the page: ltr or rtl."""
    return Locale.parse(_locale()).text_direction


def locale() -> str:
    """Choose the locale: the visitor's own once the guard has let them in, else the club's."""
    who = g.get("_login_user")
    return getattr(who, "locale", "") or programme.current().club.locale


def zone() -> str:
    """Choose the time zone: always the programme's, whose days the rules count."""
    return programme.current().club.timezone


def _locale() -> str:
    spoken = get_locale() if has_app_context() else None
    return str(spoken) if spoken else programme.current().club.locale


def _zone() -> ZoneInfo:
    return ZoneInfo(programme.current().club.timezone)


def _today() -> date:
    return formats.local_day(clock.now(), _zone())


def _on(at: date | datetime) -> date:
    return formats.local_day(formats.as_utc(at) if isinstance(at, datetime) else at, _zone())


def points(value: int) -> str:
    """Write a number of points: 1,240."""
    return formats.number(value, _locale())


def signed(value: int) -> Markup:
    """Write points that came or went, kept whole in any direction of writing: +120, −90."""
    return Markup("<bdi>{}</bdi>").format(formats.signed(value, _locale()))


def signed_text(value: int) -> str:
    """Write the same without its wrapper, for a drawing: +120, −90."""
    return formats.signed(value, _locale())


def money(minor: int) -> str:
    """Write an amount of the club's currency: £75.00."""
    return formats.money(minor, programme.current().club.currency, _locale())


def day(at: date | datetime) -> str:
    """Write a day: 22 Nov, or 22 Nov 2025 in another year."""
    return formats.day(_on(at), _today().year, _locale())


def weekday_day(at: date | datetime) -> str:
    """Write a day with its weekday: Sun 22 Nov."""
    return formats.weekday_day(_on(at), _today().year, _locale())


def near_day(at: date | datetime) -> str:
    """Write a day as people say it: today, yesterday, Sun 22 Nov."""
    return formats.near_day(_on(at), _today(), _locale())


def day_time(at: datetime) -> str:
    """Write a moment: yesterday, 21:15."""
    return formats.day_time(formats.as_utc(at), clock.now(), _zone(), _locale())


def clock_time(at: datetime) -> str:
    """Write the time of day: 21:15."""
    return formats.clock_time(formats.as_utc(at), _zone(), _locale())


def month(at: date | datetime) -> str:
    """Write a month: November, or November 2025 in another year."""
    return formats.month(_on(at), _today().year, _locale())


def short_month(at: date | datetime) -> str:
    """Write a month for a chart: Nov."""
    return formats.short_month(_on(at), _locale())


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
        points, signed, signed_text, money, day, weekday_day, near_day, day_time, clock_time, month, short_month,
        ago, until, left, sentence,
    )
}  # fmt: skip


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
