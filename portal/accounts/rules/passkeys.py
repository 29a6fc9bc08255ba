"""For whom a passkey is made, what it is asked to prove, and how many one person may have."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

CHALLENGE_LIFE = timedelta(minutes=5)
MOST_PASSKEYS = 20
LONGEST_PASSKEY_NAME = 60
# What a browser gives for one passkey is 1 to 3 KB; more is no passkey.
LONGEST_CREDENTIAL = 16_384
# The one name that browsers trust without a certificate.
LOCALHOST = "localhost"
USUAL_PORTS = {"http": 80, "https": 443}


class Ceremony(StrEnum):
    """What a challenge is signed for; an answer given for one purpose is worth nothing for another."""

    REGISTER = "register"
    SIGN_IN = "sign_in"
    SECOND_STEP = "second_step"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The site a passkey belongs to: its name, and the one origin from which answers are taken."""

    id: str
    origin: str


def relying_party(base_url: str, asked_at: str) -> RelyingParty | None:
    """Give the site that passkeys are made for, or nothing where browsers make none.

    The base address decides. Without one, as in the demo, what the browser asked for is believed only when it is
    this very machine: browsers refuse passkeys to an address of numbers and to any name without TLS.
    """
    site = _split(base_url or asked_at)
    if site is None or not site.hostname or _number(site.hostname):
        return None
    if site.hostname != LOCALHOST and (not base_url or site.scheme != "https"):
        return None
    name = site.hostname.encode("idna").decode()
    return RelyingParty(name, f"{site.scheme}://{name}{_port(site)}")


def named_twin(base_url: str, asked_at: str) -> str:
    """Give the address at which a demo that is open under 127.0.0.1 can make passkeys, else the empty text."""
    site = _split(asked_at)
    number = _number(site.hostname or "") if site else None
    if base_url or site is None or number is None or not number.is_loopback:
        return ""
    return f"{site.scheme}://{LOCALHOST}{_port(site)}"


def _split(address: str) -> SplitResult | None:
    """Take an address apart; one whose port is no number is none."""
    site = urlsplit(address)
    try:
        port = site.port
    except ValueError:
        return None
    return site if port != 0 else None


def _port(site: SplitResult) -> str:
    return "" if site.port in {None, USUAL_PORTS.get(site.scheme)} else f":{site.port}"


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
