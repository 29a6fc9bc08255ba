"""The forms of the records room."""

from portal.web.forms import PortalForm


class PlainForm(PortalForm):
    """A button: nothing but the token that the page was ours."""
