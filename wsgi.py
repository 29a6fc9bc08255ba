"""The WSGI entry: `flask --app wsgi …` and any WSGI server."""

from portal.app import create_app

app = create_app()
