"""Pictures on their way in, shared by every page that takes some; and the pictures themselves."""

import hashlib
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts.sealing import seals_of
from portal.accounts.service import kept
from portal.claims import queries
from portal.claims.forms import code_words, file_name, refusal_words
from portal.claims.queries import ClaimFacts, Picture
from portal.claims.service import evidence
from portal.claims.service.evidence import MEGABYTE
from portal.claims.service.moves import StaleClaim
from portal.claims.views import bp
from portal.clock import now
from portal.errors import NotFound, Refused
from portal.storage.images import ImageRefused
from portal.storage.store import CouldNotKeep, NotKept, Store
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.links import settings
from portal.web.security import DOWNLOAD_POLICY

KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class NotTaken(Exception):
    """A file that was not kept; `words` say why and what to do, `is_our_fault` that the same may work again."""

    def __init__(self, words: str, *, is_our_fault: bool = False) -> None:
        """Keep the words for beside the file's name."""
        super().__init__(words)
        self.words = words
        self.is_our_fault = is_our_fault


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it came."""

    name: str
    content: bytes
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    sha256: str = ""
    # Its first part has taken one of the day's uploads.
    is_allowed: bool = False


@dataclass(frozen=True, slots=True)
class NotKeptFile:
    """A file that was refused, as the page shows it."""

    name: str
    words: str


def take(claim_id: uuid.UUID, sent: Sent, *, by: uuid.UUID | None) -> Picture:
    """Check, keep and write down one file; raises NotTaken with the words for it. Nobody we know has no id.

    Three short pieces of work instead of one long one: no picture is worked on while a lock is held.
    """
    at = now()
    try:
        with unit_of_work():
            earlier = evidence.known(claim_id, sent.key)
            if earlier is not None:
                return earlier
            if not sent.is_allowed:
                evidence.allow(claim_id, at=at)
        intake = evidence.keep(
            store(),
            sent.content,
            file_name=sent.name,
            key=sent.key,
            claimed_sha256=sent.sha256,
            seals=seals_of(settings()),
            at=at,
        )
        return _write_down(claim_id, intake, by)
    except ImageRefused as error:
        raise NotTaken(refusal_words(error), is_our_fault=error.is_our_fault) from error
    except Refused as error:
        raise NotTaken(code_words(error.code)) from error
    except StaleClaim as error:
        raise NotTaken(_("This claim is closed, so nothing can be added to it.")) from error
    except CouldNotKeep as error:
        words = _("We could not keep this picture, and that is our fault. Try again.")
        raise NotTaken(words, is_our_fault=True) from error


def take_all(claim_id: uuid.UUID, uploads: list[Any], *, by: uuid.UUID | None) -> list[NotKeptFile]:
    """Take every good file of a plain form and give the others with their own message."""
    refused: list[NotKeptFile] = []
    for upload in uploads:
        sent = read(upload)
        # The same file sent twice by a double tap, or after going back, is one picture.
        key = hashlib.sha256(sent.content).hexdigest()[:32]
        try:
            take(claim_id, Sent(sent.name, sent.content, key), by=by)
        except NotTaken as error:
            refused.append(NotKeptFile(sent.name, error.words))
    return refused


def read(upload: Any, content: bytes | None = None, *, key: str = "", sha256: str = "") -> Sent:  # noqa: ANN401 - a file of the request
    """Read no more of a file than tells that it is too large; forged keys and digests are left out."""
    if content is None:
        content = upload.stream.read(programme.current().claims.evidence_mb * MEGABYTE + 1)
    name = file_name(upload.filename)
    return Sent(
        name,
        content,
        key if KEY.fullmatch(key) else uuid.uuid4().hex,
        sha256 if SHA256.fullmatch(sha256) else "",
    )


def remove_wanted(claim_id: uuid.UUID) -> bool:
    """Take back the picture whose button was pressed, if one was; False when there is none to take back."""
    try:
        wanted = uuid.UUID(request.form.get("remove", ""))
        with unit_of_work():
            files = evidence.remove(claim_id, wanted)
    except (ValueError, NotFound):
        return False
    delete_files(files)
    return True


def kept_files() -> dict[str, Any]:
    """Name the files that were chosen when a session had lapsed, as far as they belong to this visitor."""
    return {"kept": [file_name(file["name"]) for file in g.get("kept_files") or ()], "kept_id": g.get("kept_id", "")}


def add_kept(facts: ClaimFacts) -> list[NotKeptFile]:
    """Add the files that were kept from a lapsed session, and forget that they were."""
    refused: list[NotKeptFile] = []
    for file in g.get("kept_files") or ():
        name = file_name(file["name"])
        try:
            content = store().get(file["key"])
            take(facts.id, Sent(name, content, hashlib.sha256(content).hexdigest()[:32]), by=visitor().user_id)
        except NotKept:
            refused.append(NotKeptFile(name, _("This file is no longer there. Choose it again.")))
        except NotTaken as error:
            refused.append(NotKeptFile(name, error.words))
    kept_id = g.get("kept_id")
    if kept_id is not None:
        with unit_of_work():
            kept.drop(kept_id, user_id=visitor().user_id)
        delete_files(file["key"] for file in g.kept_files)
    return refused


@bp.get("/claims/<string(length=10):reference>/evidence/<uuid:evidence_id>")
@members_only
def show_picture(reference: str, evidence_id: uuid.UUID) -> ResponseReturnValue:
    found = queries.picture_of(visitor().member, reference, evidence_id)
    return picture_answer(found.storage_key, f"{reference.upper()}-{found.position}.jpg")


@bp.get("/claims/<string(length=10):reference>/evidence/<uuid:evidence_id>/thumb")
@members_only
def show_thumb(reference: str, evidence_id: uuid.UUID) -> ResponseReturnValue:
    found = queries.picture_of(visitor().member, reference, evidence_id)
    return picture_answer(found.thumb_key or found.storage_key, f"{reference.upper()}-{found.position}-small.jpg")


def store() -> Store:
    """Give the store of the running app."""
    found: Store = current_app.extensions["store"]
    return found


def picture_answer(key: str, name: str) -> Response:
    """Send a picture of our own making, under a name of our own making, that can run nothing."""
    response = Response(store().get(key), mimetype="image/jpeg")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _write_down(claim_id: uuid.UUID, intake: evidence.Intake, by: uuid.UUID | None) -> Picture:
    try:
        with unit_of_work():
            picture = evidence.add(claim_id, intake, by=by, at=now())
            found = picture or evidence.known(claim_id, intake.key)
    except Exception:
        delete_files(intake.files)
        raise
    if picture is None:
        delete_files(intake.files)
    if found is None:
        raise NotFound
    return found


def delete_files(keys: Iterable[str]) -> None:
    """Delete files whose rows are gone."""
    for key in keys:
        store().delete(key)
