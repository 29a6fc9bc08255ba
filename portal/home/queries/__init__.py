"""What the home pages read: the visitor of a request, and a member's figures and lines."""

from portal.home.queries.visitors import Found, visitor_of

__all__ = ["Found", "visitor_of"]
