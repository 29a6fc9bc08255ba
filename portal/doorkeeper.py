"""What the guard asks the rooms: who is behind a token, and to keep what a lapsed session sent."""

import logging
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g, request
from werkzeug.datastructures import MultiDict

from portal.accounts import queries as accounts
from portal.accounts.rules import Role, is_confirmed, should_touch
from portal.accounts.secrets import digest
from portal.accounts.service import kept, sessions
from portal.audit.queries import has_looked
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.home import queries as home
from portal.storage.store import CouldNotKeep, Store, new_key
from portal.unit_of_work import unit_of_work
from portal.web.access import Visitor
from portal.web.trail import actor, where

log = logging.getLogger("portal")

KEPT_FILE_BYTES = 64 * 1024 * 1024
MOST_KEPT_FILES = 5
LONGEST_THING = 64
REFUSAL_NOTED_AGAIN = timedelta(minutes=1)


class Doorkeeper:
    """Composes the rooms for the guard in web/access.py, which knows none of them."""

    def visitor_of(self, token: str) -> Visitor | None:
        """Find the living session behind a token, note once a minute that it lives, find a kept form."""
        at = now()
        found = home.visitor_of(digest(token), at=at)
        if found is None:
            return None
        if should_touch(found.seen_at, at=at) and not _is_polling():
            with unit_of_work():
                sessions.touch(found.visitor.session_id, role=Role(found.visitor.role), at=at)
        self._find_kept(found.visitor.user_id)
        return replace(found.visitor, token=token)

    def keep_form(self, token: str, path: str) -> str:
        """Keep fields and files for the owner of the lapsed session; pictures wait in the store."""
        request.max_content_length = KEPT_FILE_BYTES
        if "offset" in request.form or request.headers.get("X-Requested-With") == "typed":
            # A part of a file, which the browser sends again; or what the form still holds.
            return ""
        owner = accounts.owner_of(digest(token))
        at = now()
        if owner is None or not kept.has_room(owner, at=at):
            return ""
        store: Store = current_app.extensions["store"]
        files = _store_files(store, at)
        fields = list(request.form.items(multi=True))
        with unit_of_work():
            row = kept.keep(owner, path=path, fields=fields, files=files, at=at)
        if row is None:
            for file in files:
                store.delete(file["key"])
        return str(row) if row else ""

    def has_confirmed(self, who: Visitor) -> bool:
        """Tell whether somebody has shown in the last minutes who they are."""
        return is_confirmed(who.confirmed_at, at=now())

    def note_refusal(self) -> None:
        """Write down at which door somebody was turned away, once a minute; the ids in its address are no secret."""
        route, ids = (
            (request.endpoint or "")[:LONGEST_THING],
            {name: str(value) for name, value in (request.view_args or {}).items()},
        )
        by, at = actor(), now()
        if by.user_id and has_looked(by.user_id, Verb.ACCESS_REFUSED, thing_id=route, since=at - REFUSAL_NOTED_AGAIN):
            return
        with unit_of_work():
            record(
                Verb.ACCESS_REFUSED,
                at=at,
                actor=by,
                where=where(),
                thing=("route", route),
                facts={"method": request.method} | ids,
            )

    def _find_kept(self, user_id: uuid.UUID) -> None:
        """Put what was typed where the forms look for it; of somebody else's row nothing is found."""
        wanted = request.values.get("kept", "")
        if not wanted:
            return
        form = accounts.kept_form(wanted, user_id=user_id, at=now())
        if form is not None:
            g.kept_id = form.id
            g.kept_fields = MultiDict(form.fields)
            g.kept_files = form.files


def _is_polling() -> bool:
    return "since" in request.args


def _store_files(store: Store, at: datetime) -> list[dict[str, Any]]:
    """Put uploaded files aside unread, filed by day: they are checked like any other when the member adds them."""
    stored: list[dict[str, Any]] = []
    for field, upload in request.files.items(multi=True):
        data = upload.stream.read()
        if not data or len(stored) >= MOST_KEPT_FILES:
            continue
        key = new_key(f"{kept.FOLDER}/{at:%Y-%m-%d}")
        try:
            store.put(key, data)
        except CouldNotKeep:
            # The words are worth more than the pictures, which are still in the phone.
            log.warning("a file of a lapsed session could not be kept")
            break
        stored.append({"field": field, "name": (upload.filename or "")[:120], "key": key})
    return stored
