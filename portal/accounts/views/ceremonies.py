"""Between the browser and a passkey: for which site, who holds the challenge, and what came of it."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, abort, request, session
from flask_babel import gettext as _

from portal import programme
from portal.accounts import queries
from portal.accounts.queries import Login
from portal.accounts.rules import Ceremony, RelyingParty, named_twin, relying_party
from portal.accounts.service import ceremonies, challenges, passkeys
from portal.accounts.service.ceremonies import Key, Owner
from portal.accounts.service.challenges import Holder
from portal.accounts.service.passkeys import Found
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import Visitor
from portal.web.links import settings


def party() -> RelyingParty:
    """Give the site passkeys are made for; where browsers make none there is nothing to ask for."""
    found = relying_party(settings().base_url, request.host_url)
    if found is None:
        abort(404)
    return found


def twin() -> str:
    """Give the address of this page at which a demo on 127.0.0.1 can make passkeys, else the empty text."""
    site = named_twin(settings().base_url, request.host_url)
    return site + request.path if site else ""


def stranger() -> Holder:
    """Give the browser of somebody who has not said who they are: its CSRF secret is known to no other."""
    return Holder(session["csrf_token"])


def signed_in(who: Visitor) -> Holder:
    """Give the browser of a session: in another one, be it the same person's, the challenge is worth nothing."""
    return Holder(str(who.session_id), who.user_id)


def ask_for_new(who: Visitor) -> Response:
    """Ask the device of somebody signed in for a new passkey."""
    site = party()
    known = passkeys.keys_of(who.user_id)
    with unit_of_work():
        challenge = challenges.open_challenge(Ceremony.REGISTER, signed_in(who), at=now())
    owner = Owner(who.user_id, who.email, who.name)
    return _json(ceremonies.ask_for_new(owner, site, programme.current().club.name, challenge, known=known))


def ask_for_own(ceremony: Ceremony, holder: Holder, user_id: UUID) -> Response:
    """Ask the device for one of this person's passkeys."""
    site = party()
    known = passkeys.keys_of(user_id)
    with unit_of_work():
        challenge = challenges.open_challenge(ceremony, holder, at=now())
    return _json(ceremonies.ask_for_known(site, challenge, known=known))


def ask_for_any(challenge: bytes) -> Response:
    """Ask the device for whichever passkey it has for us."""
    return _json(ceremonies.ask_for_known(party(), challenge))


def new_key(who: Visitor, sent: str) -> Key:
    """Give the passkey a device has made; its challenge is used up, whatever comes of it.

    Raises Refused("passkey") or Refused("challenge").
    """
    made = ceremonies.read_made(sent)
    _use_up(Ceremony.REGISTER, signed_in(who), made.challenge)
    return ceremonies.check_made(made, party())


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose passkey has signed, the passkey as we had it, and as it is now."""

    login: Login
    found: Found
    now_is: Key


def shown(ceremony: Ceremony, holder: Holder, sent: str) -> Shown:
    """Give what a passkey has shown; its challenge is used up, whatever comes of it.

    Raises Refused("passkey") or Refused("challenge").
    """
    told = ceremonies.read_shown(sent)
    _use_up(ceremony, holder, told.challenge)
    found = passkeys.behind(told.credential.id)
    if found is None or holder.user_id not in {None, found.user_id}:
        raise Refused("passkey")
    now_is = ceremonies.check_shown(told, party(), found.key, owner=found.user_id)
    return Shown(queries.login_by_id(found.user_id), found, now_is)


def words(refusal: Refused) -> str:
    """Say what was wrong with a passkey; which of many checks failed is nobody's business."""
    if refusal.code == "challenge":
        return str(_("That took more than five minutes, or was sent twice. Try again."))
    return str(_("This passkey opens no account here. Use another one, or your password."))


def _use_up(ceremony: Ceremony, holder: Holder, challenge: bytes) -> None:
    with unit_of_work():
        is_ours = challenges.take(ceremony, holder, challenge, at=now())
    if not is_ours:
        raise Refused("challenge")


def _json(options: str) -> Response:
    return Response(options, mimetype="application/json")
