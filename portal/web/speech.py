"""In whose language a page speaks, and its words for templates: looked up once for each language, then kept."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import flask_babel
from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from portal import programme

CATALOGUES = Path(__file__).parent.parent / "translations"
# Without a catalogue every locale reads the source language, and nobody need be asked.
HAS_CATALOGUES = any(CATALOGUES.glob("*/LC_MESSAGES/*.mo"))

_look_up: Callable[..., str] = flask_babel.gettext
_patterns: dict[tuple[str, str], str] = {}


def gettext(message: str, **values: object) -> str:
    """Say our own words in the language of the page; each sentence is looked up once for each language."""
    key = (spoken() if HAS_CATALOGUES else "", message)
    pattern = _patterns.get(key)
    if pattern is None:
        pattern = _patterns[key] = _look_up(message)
    return pattern % values if values else pattern


def locale() -> str:
    """Choose the locale: the visitor's own once the guard has let them in, else the club's."""
    who = g.get("_login_user")
    return getattr(who, "locale", "") or programme.current().club.locale


def chosen() -> Locale:
    """Give the same to Flask-Babel, which would read the name anew for every request."""
    return _locale_of(locale())


@lru_cache(maxsize=64)
def _locale_of(name: str) -> Locale:
    return Locale.parse(name)


def zone() -> str:
    """Choose the time zone: always the programme's, whose days the rules count."""
    return programme.current().club.timezone


def clock_zone() -> ZoneInfo:
    """Choose the zone for times of day: the visitor's own where they have chosen one, else the programme's."""
    chosen_name = getattr(g.get("_login_user"), "time_zone", "") if g else ""
    return ZoneInfo(chosen_name) if chosen_name else programme.current().club.zone


def spoken() -> str:
    """Give the locale of this request or letter; outside of both the club's."""
    try:
        # Where Flask-Babel keeps it: looking there is much faster, and a page asks some thirty times.
        here = g._flask_babel  # noqa: SLF001 - the place has no other name
        found, name = here.spoken
    except (AttributeError, RuntimeError):
        return _find_spoken()
    return str(name) if found is here.babel_locale else _find_spoken()


def _find_spoken() -> str:
    """Ask Flask-Babel, and keep its answer beside its own: another locale may be forced in between."""
    found = flask_babel.get_locale()
    if found is None:
        return programme.current().club.locale
    g._flask_babel.spoken = (found, str(found))  # noqa: SLF001 - the place has no other name
    return str(found)


def language() -> str:
    """Give the language of the page for its lang attribute: en-GB."""
    return spoken().replace("_", "-")


def direction() -> str:
    """Give the direction of writing of the page: ltr or rtl."""
    return _locale_of(spoken()).text_direction


class SourceLanguage(flask_babel.Domain):  # type: ignore[misc]
    """What Flask-Babel asks while there is no catalogue: nothing to look for, so nothing is looked up."""

    nothing = NullTranslations()

    def get_translations(self) -> NullTranslations:
        """Give the words as they stand in the source."""
        return self.nothing


def teach(app: Flask) -> None:
    """Give templates `_`. Looking a sentence up costs more than drawing it, so each is looked up once."""
    kept: dict[tuple[str, str, bool], str] = {}
    plain: dict[tuple[str, str, bool], str] = {}
    tongue = spoken if HAS_CATALOGUES else str
    if not HAS_CATALOGUES:
        app.extensions["babel"].instance.domain_instance = SourceLanguage()

    def pattern(key: tuple[str, str, bool]) -> str:
        if key not in kept:
            _tongue, message, is_html = key
            words = _look_up(message)
            kept[key] = Markup(words) if is_html else words  # noqa: S704 - a translation is our own text
        return kept[key]

    @pass_eval_context
    def translated(where: EvalContext, message: str, **values: object) -> str:
        # Jinja's own rule: the words are a pattern even without values, so a per cent sign is written twice.
        key = (tongue(), message, where.autoescape)
        if values:
            return pattern(key) % values
        if key not in plain:
            plain[key] = pattern(key) % {}
        return plain[key]

    app.jinja_env.globals.update(_=translated, gettext=translated)
