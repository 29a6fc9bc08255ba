"""What a browser is asked when a passkey is made or used, and what its answer is worth; no rows are touched here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import webauthn
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.accounts.rules import CHALLENGE_LIFE, LONGEST_CREDENTIAL, RelyingParty
from portal.errors import Refused

MILLISECONDS = int(CHALLENGE_LIFE.total_seconds()) * 1000
TRANSPORTS = {each.value: each for each in AuthenticatorTransport}


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey as we know it: its id, how to reach it, and what checks its signatures."""

    credential_id: str
    transports: str
    public_key: bytes
    sign_count: int
    is_backed_up: bool


@dataclass(frozen=True, slots=True)
class Owner:
    """For whom a passkey is made; the browser shows name and address beside it."""

    user_id: UUID
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Made:
    """What a browser says it made, taken apart and not yet believed."""

    credential: RegistrationCredential
    challenge: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """What a browser says a passkey signed, taken apart and not yet believed."""

    credential: AuthenticationCredential
    challenge: bytes


def ask_for_new(owner: Owner, party: RelyingParty, club: str, challenge: bytes, *, known: Sequence[Key]) -> str:
    """Give, as JSON, what makes a passkey on a device that has none of this person's yet."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=club,
        user_id=owner.user_id.bytes,
        user_name=owner.email,
        user_display_name=owner.name,
        challenge=challenge,
        timeout=MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_described(known),
    )
    return webauthn.options_to_json(options)


def ask_for_known(party: RelyingParty, challenge: bytes, *, known: Sequence[Key] = ()) -> str:
    """Give, as JSON, what lets a passkey sign: one of `known`, or else any that the device has for this site."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=MILLISECONDS,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def read_made(sent: str) -> Made:
    """Take apart what a browser says it made; raises Refused("passkey") for everything that is no passkey."""
    try:
        credential = parse_registration_credential_json(_short(sent))
        return Made(credential, _challenge(credential.response.client_data_json))
    except Exception as error:
        raise Refused("passkey") from error


def read_shown(sent: str) -> Shown:
    """Take apart what a browser says was signed; raises Refused("passkey") for everything that is no passkey."""
    try:
        credential = parse_authentication_credential_json(_short(sent))
        return Shown(credential, _challenge(credential.response.client_data_json))
    except Exception as error:
        raise Refused("passkey") from error


def check_made(made: Made, party: RelyingParty) -> Key:
    """Check that a passkey was made here, for us, by somebody whom the device had recognised.

    Raises Refused("passkey") otherwise.
    """
    try:
        found = webauthn.verify_registration_response(
            credential=made.credential,
            expected_challenge=made.challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as error:
        raise Refused("passkey") from error
    transports = {each.value for each in made.credential.response.transports or []}
    return Key(
        credential_id=bytes_to_base64url(found.credential_id),
        transports=" ".join(sorted(transports)),
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        is_backed_up=found.credential_backed_up,
    )


def check_shown(shown: Shown, party: RelyingParty, key: Key, *, owner: UUID) -> Key:
    """Check a passkey's signature, and give the passkey as it is now.

    Raises Refused("passkey") when it is not over our challenge, not from our page, the device had not recognised
    its owner, or the count of its signatures went back, as it does for a copy.
    """
    handle = shown.credential.response.user_handle
    if handle and handle != owner.bytes:
        raise Refused("passkey")
    try:
        found = webauthn.verify_authentication_response(
            credential=shown.credential,
            expected_challenge=shown.challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except Exception as error:
        raise Refused("passkey") from error
    return replace(key, sign_count=found.new_sign_count, is_backed_up=found.credential_backed_up)


def _short(sent: str) -> str:
    """Refuse what is too long to be a passkey before anything reads it."""
    if len(sent) > LONGEST_CREDENTIAL:
        raise Refused("passkey")
    return sent


def _challenge(client_data: bytes) -> bytes:
    """Find what was signed; an answer given inside a frame of another site is none."""
    told = parse_client_data_json(client_data)
    if told.cross_origin:
        raise Refused("passkey")
    return told.challenge


def _described(known: Sequence[Key]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(key.credential_id),
            transports=[TRANSPORTS[each] for each in key.transports.split() if each in TRANSPORTS],
        )
        for key in known
    ]
