"""The base of every error that means something to a person; web/error_pages.py draws them."""


class PortalError(Exception):
    """Anything the portal refuses knowingly."""


class NotFound(PortalError):
    """No such thing for this asker: wrong role, wrong owner and unknown id look alike."""


class Conflict(PortalError):
    """Somebody else was faster, or the page that was sent is out of date."""


class Refused(PortalError):
    """A rule says no; `code` names the rule, the edge finds the words and the field."""

    def __init__(self, code: str) -> None:
        """Name the rule that refused."""
        super().__init__(code)
        self.code = code
