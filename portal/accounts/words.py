"""What roles are called on pages and in letters."""

from flask_babel import lazy_gettext as _l

from portal.accounts.rules import Role

ROLES = {
    Role.AGENT.value: _l("Agent"),
    Role.LEAD.value: _l("Lead"),
    Role.ADMIN.value: _l("Admin"),
}
