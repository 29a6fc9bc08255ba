"""What the home pages read: the visitor of a request, and a member's figures, lines and claims."""

from portal.home.queries.beside import Beside, beside
from portal.home.queries.pages import History, Latest, history_of, latest_of
from portal.home.queries.visitors import Found, visitor_of

__all__ = ["Beside", "Found", "History", "Latest", "beside", "history_of", "latest_of", "visitor_of"]
