"""One file as js/upload.js sends it: whole, or in parts that go on where the line broke off."""

import uuid
from contextlib import suppress
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from portal import programme
from portal.claims.forms import code_words, file_name
from portal.claims.queries import ClaimFacts, Picture
from portal.claims.service import evidence, parts
from portal.claims.service.evidence import MEGABYTE
from portal.claims.service.moves import StaleClaim
from portal.claims.service.parts import Elsewhere, Part
from portal.claims.views import pictures
from portal.claims.views.pictures import KEY, SHA256, NotTaken, Sent
from portal.clock import now
from portal.errors import Refused
from portal.storage.store import CouldNotKeep
from portal.unit_of_work import unit_of_work
from portal.web.access import visitor
from portal.web.htmx import page

# Where the file stands, so that the browser goes on from there.
OFFSET = "Upload-Offset"
GONE, OUR_FAULT = 410, 503


def take_one(facts: ClaimFacts) -> Response:
    """Answer js/upload.js with the row of this one file; where we failed, it offers to try again."""
    if "remove" in request.form:
        pictures.remove_wanted(facts.id)
        return Response(status=204)
    upload = request.files.get("file")
    part = _part(upload)
    if part is not None and not part.is_whole:
        return _take_part(facts, part)
    if upload is None or not (part is None or part.content):
        return _row(422, name=_("picture"), refused=_("No file arrived. Choose it again."))
    if part is not None and not part.is_as_promised:
        return _stands_at(0, 409)
    # What came whole is kept whole at once.
    content = part.content if part else None
    return _take(facts, pictures.read(upload, content, key=request.form.get("key", ""), sha256=_original()))


def _take_part(facts: ClaimFacts, part: Part) -> Response:
    """Keep a part; the last one makes a picture of them all. Whoever asks with no part is told where the file stands.

    Short pieces of work, as with a whole picture: nothing is put into the store while a lock is held.
    """
    at = now()
    with unit_of_work():
        earlier = evidence.known(facts.id, part.key)
    if earlier is not None:
        return _done(facts, earlier)
    try:
        with unit_of_work():
            received = parts.expect(facts.id, part, at=at)
        if part.content and not parts.is_complete(received, part):
            received = _keep(facts, part)
    except Elsewhere as elsewhere:
        return _stands_at(elsewhere.received, 409)
    except (Refused, StaleClaim) as error:
        return _refused(_words(error))
    except CouldNotKeep:
        return _refused(_("We could not keep this picture, and that is our fault. Try again."), OUR_FAULT)
    return _put_together(facts, part) if parts.is_complete(received, part) else _stands_at(received, 202)


def _keep(facts: ClaimFacts, part: Part) -> int:
    storage_key = parts.put(pictures.store(), part.content, at=now())
    try:
        with unit_of_work():
            return parts.add(facts.id, part, storage_key)
    except Exception:
        pictures.delete_files([storage_key])
        raise


def _put_together(facts: ClaimFacts, part: Part) -> Response:
    """Make one picture of all parts; they go once it is kept or refused, and stay where we failed."""
    with unit_of_work():
        sha256, keys = parts.keys_of(facts.id, part.key)
    content = parts.whole(pictures.store(), keys, total=part.total, sha256=sha256)
    if content is None:
        _drop(facts, part)
        return _stands_at(0, 409)
    answer = _take(facts, Sent(_name(), content, part.key, _original(), is_allowed=True))
    if answer.status_code != OUR_FAULT:
        _drop(facts, part)
    return answer


def _take(facts: ClaimFacts, sent: Sent) -> Response:
    try:
        return _done(facts, pictures.take(facts.id, sent, by=visitor().user_id))
    except NotTaken as error:
        return _row(OUR_FAULT if error.is_our_fault else 422, name=sent.name, refused=error.words)


def _done(facts: ClaimFacts, picture: Picture) -> Response:
    """Give the row of a picture; one that was sent meanwhile belongs into no form any more."""
    if picture.sent_with_id is not None:
        return Response(status=GONE)
    return _row(201, name=picture.file_name, picture=picture, facts=facts)


def _drop(facts: ClaimFacts, part: Part) -> None:
    with unit_of_work():
        files = parts.drop(facts.id, part.key)
    pictures.delete_files(files)


def _part(upload: Any) -> Part | None:  # noqa: ANN401 - a file of the request, or none
    """Read a part; None for a file that comes without saying where it begins. Nonsense reads as far too large."""
    if "offset" not in request.form:
        return None
    key, digest = request.form.get("key", ""), request.form.get("sha256", "")
    most = programme.current().claims.evidence_mb * MEGABYTE + 1
    return Part(
        key=key if KEY.fullmatch(key) else uuid.uuid4().hex,
        total=_number("total", most),
        begins_at=_number("offset", most),
        content=upload.stream.read(most) if upload is not None else b"",
        sha256=digest if SHA256.fullmatch(digest) else "",
    )


def _number(name: str, most: int) -> int:
    given = request.form.get(name, "")
    with suppress(ValueError):
        if given.isascii() and given.isdigit() and len(given) <= len(str(most)):
            return min(int(given), most)
    return most


def _original() -> str:
    digest = request.form.get("original_sha256", "")
    return digest if SHA256.fullmatch(digest) else ""


def _name() -> str:
    upload = request.files.get("file")
    return file_name(upload.filename if upload is not None else request.form.get("name", ""))


def _words(error: Refused | StaleClaim) -> str:
    if isinstance(error, StaleClaim):
        return str(_("This claim is closed, so nothing can be added to it."))
    most = programme.current().claims.evidence_mb
    words: dict[str, str] = {
        "large": _("This is larger than %(most)s MB. Choose a smaller picture.", most=most),
        "bad_part": _("This file did not arrive as it was sent. Choose it again."),
    }
    return words[error.code] if error.code in words else code_words(error.code)


def _refused(words: str, status: int = 422) -> Response:
    return _row(status, name=_name(), refused=words)


def _stands_at(received: int, status: int) -> Response:
    return Response(status=status, headers={OFFSET: str(received)})


def _row(status: int, **context: Any) -> Response:  # noqa: ANN401 - what the template takes
    return page("claims/picture.html", status=status, **context)
