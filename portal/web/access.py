"""Who may open which route: every route wears one rule, and one guard enforces it before anything else."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, Response, abort, current_app, request, session, url_for
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.web.htmx import go, is_htmx
from portal.web.links import page_behind, safe_path
from portal.web.security import SAFE_METHODS, is_cross_site

View = TypeVar("View", bound=Callable[..., Any])
# What our own scripts send says so: it is answered for a script, and never by another page.
SCRIPTS = frozenset({"upload", "typed"})
AGENT_ROLES = frozenset({"agent", "lead"})
STAFF_ROLES = frozenset({"agent", "lead", "admin"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What a visitor must be to open a route; `name` stands in the access matrix."""

    name: str
    roles: frozenset[str] = frozenset()
    is_public: bool = False
    is_signed: bool = False


PUBLIC = Rule("public", is_public=True)
# Whoever holds a key: the view looks at the signature. There is no session, no cookie and no form to forge.
SIGNED = Rule("signed messages", is_public=True, is_signed=True)
MEMBERS = Rule("members")
UNFINISHED = Rule("members, unfinished ones too")
AGENTS = Rule("agents", AGENT_ROLES)
STAFF = Rule("staff", STAFF_ROLES)
LEADS_AND_ADMINS = Rule("leads and admins", frozenset({"lead", "admin"}))
ADMINS = Rule("admins", frozenset({"admin"}))
SIGNED_IN = Rule("signed in", STAFF_ROLES | {"member"})
HALF_IN = Rule("signed in, staff without a second step too", STAFF_ROLES | {"member"})


@dataclass(frozen=True, slots=True)
class Visitor:
    """The signed-in person, read in one statement for each request; figures are of that moment."""

    user_id: uuid.UUID
    session_id: uuid.UUID
    role: str
    name: str
    email: str
    locale: str
    member_id: uuid.UUID | None = None
    balance: int = 0
    status_points: int = 0
    token: str = ""
    is_unfinished: bool = False
    opens_the_desk: bool = True
    confirmed_at: datetime | None = None
    time_zone: str = ""
    open_alarms: int = 0
    # The tier they keep until it is looked at again, where the programme has such a look.
    kept_tier: str = ""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Give flask-login the opaque session token, never the user id."""
        return self.token

    @property
    def is_staff(self) -> bool:
        """Tell whether the desk is theirs to see."""
        return self.role in STAFF_ROLES

    @property
    def is_agent(self) -> bool:
        """Tell whether they may act on claims; an admin only looks."""
        return self.role in AGENT_ROLES

    @property
    def first_name(self) -> str:
        """Give what we call them."""
        return self.name.split(" ", 1)[0]

    @property
    def member(self) -> uuid.UUID:
        """Give the member id on routes that only members reach."""
        if self.member_id is None:
            abort(404)
        return self.member_id


class Doorkeeper(Protocol):
    """What the guard needs from the rooms above; the app hands it in."""

    def visitor_of(self, token: str) -> Visitor | None:
        """Find the living session behind a token."""

    def keep_form(self, token: str, path: str) -> str:
        """Keep what a lapsed session sent; give the id of the kept row, or nothing."""

    def has_confirmed(self, who: Visitor) -> bool:
        """Tell whether somebody has shown in the last minutes who they are."""

    def note_refusal(self) -> None:
        """Write down that the visitor of this request stood before a door that is not theirs."""


def rule(wanted: Rule) -> Callable[[View], View]:
    """Mark a view with its access rule."""

    def mark(view: View) -> View:
        cast("Any", view).access = wanted
        return view

    return mark


def public(view: View) -> View:
    """Open to everybody."""
    return rule(PUBLIC)(view)


def signed_messages(view: View) -> View:
    """For systems that sign what they send; nobody's session counts here."""
    return rule(SIGNED)(view)


def members_only(view: View) -> View:
    """Only for people with a membership, each for their own things."""
    return rule(MEMBERS)(view)


def unfinished_too(view: View) -> View:
    """For members, those included whose joining still waits for something."""
    return rule(UNFINISHED)(view)


def agents_only(view: View) -> View:
    """Only for those who act on claims: agents and leads."""
    return rule(AGENTS)(view)


def staff_only(view: View) -> View:
    """Only for staff; an admin may look but not post points."""
    return rule(STAFF)(view)


def leads_and_admins_only(view: View) -> View:
    """Only for those who answer for the whole: leads and admins."""
    return rule(LEADS_AND_ADMINS)(view)


def admins_only(view: View) -> View:
    """Only for those who look after staff accounts and the programme."""
    return rule(ADMINS)(view)


def signed_in(view: View) -> View:
    """For anybody with a living session."""
    return rule(SIGNED_IN)(view)


def half_in(view: View) -> View:
    """For anybody with a living session, staff who have not set up a second step included."""
    return rule(HALF_IN)(view)


def confirmed(view: View) -> View:
    """Ask again who is there, unless they have shown it in the last minutes; stands below the access rule."""
    cast("Any", view).wants_confirmation = True
    return view


def file_on(endpoint: str) -> Callable[[View], View]:
    """Name the page a file is fetched from: a file cannot take the place of the question that was asked before it."""

    def mark(view: View) -> View:
        cast("Any", view).stands_on = endpoint
        return view

    return mark


def visitor() -> Visitor:
    """Give the signed-in person of this request."""
    return cast("Visitor", current_user._get_current_object())  # noqa: SLF001 - flask-login's own way


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """Give the access rule of an endpoint; none is a mistake the house laws catch."""
    return getattr(app.view_functions[endpoint], "access", None)


def takes_signature(app: Flask, endpoint: str) -> bool:
    """Tell whether an endpoint takes signed messages instead of forms."""
    wanted = rule_of(app, endpoint)
    return wanted is not None and wanted.is_signed


def wants_confirmation(app: Flask, endpoint: str) -> bool:
    """Tell whether an endpoint asks again who is there."""
    return getattr(app.view_functions[endpoint], "wants_confirmation", False)


def allows(wanted: Rule, who: Visitor) -> bool:
    """Decide whether a signed-in visitor may pass."""
    if wanted in {MEMBERS, UNFINISHED}:
        return who.member_id is not None
    return wanted.is_public or who.role in wanted.roles


def guard(app: Flask, doorkeeper: Doorkeeper) -> None:
    """Put the guard in front of every route of `app`."""
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(doorkeeper.visitor_of)

    @app.before_request
    def check() -> AnyResponse | None:
        if request.endpoint is None or request.endpoint == "static":
            return None
        wanted = rule_of(current_app, request.endpoint)
        if wanted is None:
            abort(404)
        if wanted.is_public:
            return None
        if not current_user.is_authenticated:
            return _to_sign_in(doorkeeper)
        who = visitor()
        elsewhere = _first_to(wanted, who)
        if elsewhere:
            return _on_to(url_for(elsewhere))
        if not allows(wanted, who):
            doorkeeper.note_refusal()
            abort(404)
        if wants_confirmation(current_app, request.endpoint) and not doorkeeper.has_confirmed(who):
            return _to_confirm(doorkeeper, who)
        return None


def _first_to(wanted: Rule, who: Visitor) -> str:
    """Name the page with what somebody has to do first: staff their second step, members the rest of joining."""
    if who.is_staff and not who.opens_the_desk and wanted != HALF_IN:
        return "accounts.set_up_second_step"
    return "accounts.show_requirements" if wanted == MEMBERS and who.is_unfinished else ""


def _to_sign_in(doorkeeper: Doorkeeper) -> Response:
    """Ask to sign in and come back; what a form carried is kept first."""
    return _on_to(url_for("accounts.sign_in", **_way_back(doorkeeper, session.get("_user_id", ""))))


def _to_confirm(doorkeeper: Doorkeeper, who: Visitor) -> Response:
    """Ask who is there before something that matters; what a form carried is kept, unless another site sent it."""
    if request.method not in SAFE_METHODS and is_cross_site(request):
        abort(403)
    return _on_to(url_for("accounts.confirm_self", **_way_back(doorkeeper, who.token)))


def _way_back(doorkeeper: Doorkeeper, token: str) -> dict[str, Any]:
    """Give the page to come back to, and the kept form where one was sent."""
    kept = ""
    if request.method == "POST":
        back = page_behind()
        kept = doorkeeper.keep_form(token, back) if token else ""
    else:
        page = getattr(current_app.view_functions[request.endpoint or ""], "stands_on", "")
        back = url_for(page, **_parts_of(page)) if page else safe_path(request.full_path.rstrip("?"))
    return {key: value for key, value in (("next", back), ("kept", kept)) if value and value != "/"}


def _parts_of(endpoint: str) -> dict[str, Any]:
    """Give those parts of this address that the address of another page is made of."""
    parts = request.view_args or {}
    return {name: part for name, part in parts.items() if current_app.url_map.is_endpoint_expecting(endpoint, name)}


def _on_to(url: str) -> Response:
    """Send the whole window on, also when only a part of the page or a picture asked."""
    if is_htmx() or request.headers.get("X-Requested-With") in SCRIPTS:
        return Response(status=401, headers={"HX-Redirect": url})
    return go(url)
