"""The pages of joining; they hang on the blueprint of accounts, of which they are a part to whoever links to them."""

from portal.accounts.views import bp

__all__ = ["bp"]

from portal.joining.views import confirmation, join, requirements  # noqa: F401 - their routes
