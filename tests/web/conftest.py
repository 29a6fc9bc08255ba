"""A small portal without rooms: enough to render templates and to serve assets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from jinja2 import StrictUndefined

from portal import programme
from portal.config import Mode, Settings
from portal.web import assets, ui


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Flask]:
    """An app that has the portal's templates, formats and assets, and no page of its own."""
    settings = Settings(mode=Mode.DEMO, data_dir=tmp_path)
    programme.use(programme.load(settings.programme_path))
    app = Flask("portal", static_folder=None)
    app.jinja_environment = ui.Environment
    app.extensions["settings"] = settings
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, locale_selector=ui.locale, timezone_selector=ui.zone)
    ui.furnish(app)
    assets.serve(app, tmp_path / "assets")
    with app.app_context():
        yield app
