"""The rooms of the house: opened here, and here only, when the app is built."""

from importlib import import_module

from flask import Blueprint, Flask

from portal.accounts.service import proofs
from portal.activities.service import match_address
from portal.activities.service.hearing import on_news
from portal.claims.service import news
from portal.config import Settings
from portal.doorkeeper import Doorkeeper

ROOMS = ("accounts", "joining", "activities", "claims", "care", "home", "records", "shop")
DEMO_BLUEPRINTS = ("portal.mailbox.views", "portal.home.parts")


def doorkeeper() -> Doorkeeper:
    """Give the guard what it needs from the rooms."""
    return Doorkeeper()


def open_all(app: Flask, settings: Settings) -> None:
    """Register each room's pages, and those that only the demo has."""
    names = [f"portal.{room}.views" for room in ROOMS]
    if settings.is_demo:
        names.extend(DEMO_BLUEPRINTS)
    proofs.on_proof(match_address)
    on_news(news.heard)
    # Joining hangs its pages on the blueprint of accounts: all of them are there before the first is registered.
    blueprints: list[Blueprint] = [import_module(name).bp for name in names]
    for blueprint in dict.fromkeys(blueprints):
        app.register_blueprint(blueprint)
