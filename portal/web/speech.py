"""In whose language a page speaks, and its words for templates: looked up once for each language, then kept."""

from collections.abc import Callable
from pathlib import Path

import flask_babel
from babel import Locale
from flask import Flask, g
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from portal import programme

CATALOGUES = Path(__file__).parent.parent / "translations"

gettext: Callable[..., str] = flask_babel.gettext


def locale() -> str:
    """Choose the locale: the visitor's own once the guard has let them in, else the club's."""
    who = g.get("_login_user")
    return getattr(who, "locale", "") or programme.current().club.locale


def zone() -> str:
    """Choose the time zone: always the programme's, whose days the rules count."""
    return programme.current().club.timezone


def spoken() -> str:
    """Give the locale of this request or letter; outside of both the club's."""
    return str(flask_babel.get_locale() or programme.current().club.locale)


def language() -> str:
    """Give the language of the page for its lang attribute: en-GB."""
    return spoken().replace("_", "-")


def direction() -> str:
    """Give the direction of writing of the page: ltr or rtl."""
    return Locale.parse(spoken()).text_direction


def teach(app: Flask) -> None:
    """Give templates `_`. Looking a sentence up costs more than drawing it, so each is looked up once."""
    kept: dict[tuple[str, str, bool], str] = {}
    # Without a catalogue every locale reads the source language, and nobody need be asked.
    tongue = spoken if any(CATALOGUES.glob("*/LC_MESSAGES/*.mo")) else str

    @pass_eval_context
    def translated(where: EvalContext, message: str, **values: object) -> str:
        key = (tongue(), message, where.autoescape)
        if key not in kept:
            words = gettext(message)
            kept[key] = Markup(words) if where.autoescape else words  # noqa: S704 - a translation is our own text
        # Jinja's own rule: the words are a pattern even without values, so a per cent sign is written twice.
        return kept[key] % values

    app.jinja_env.globals.update(_=translated, gettext=translated)
