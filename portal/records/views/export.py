"""A copy of everything: asked for, watched while it grows, and fetched."""

import uuid
from collections.abc import Iterator
from typing import BinaryIO

from flask import Response, current_app, url_for
from flask.typing import ResponseReturnValue

from portal import programme
from portal.accounts.service import limits
from portal.accounts.service.limits import Limit
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.records import queries
from portal.records.service import copies
from portal.records.views import bp
from portal.storage.store import Store
from portal.unit_of_work import unit_of_work
from portal.web.access import confirmed, file_on, unfinished_too, visitor
from portal.web.htmx import go, page
from portal.web.security import DOWNLOAD_POLICY
from portal.web.trail import actor, where

DAY_SECONDS = 24 * 3600
CHUNK_BYTES = 64 * 1024


@bp.get("/you/export")
@unfinished_too
def show_export() -> ResponseReturnValue:
    return _page()


@bp.post("/you/export")
@unfinished_too
@confirmed
def ask_for_export() -> ResponseReturnValue:
    who, at = visitor(), now()
    most = Limit("export", programme.current().records.exports_per_day, DAY_SECONDS)
    with unit_of_work():
        wait = limits.spend((most, str(who.user_id)), at=at)
        asked = None if wait else copies.ask(who.user_id, at=at)
        if asked:
            record(
                Verb.EXPORT_ASKED,
                at=at,
                actor=actor(),
                where=where(),
                about=who.user_id,
                thing=("export", str(asked)),
            )
    return _page(429, wait=wait) if wait else go(url_for("records.show_export"))


@bp.get("/you/export/<uuid:export_id>/file")
@unfinished_too
@confirmed
@file_on("records.show_export")
def download_export(export_id: uuid.UUID) -> ResponseReturnValue:
    who, at = visitor(), now()
    copy = queries.copy_for(who.user_id, export_id, at=at)
    store: Store = current_app.extensions["store"]
    file = store.open(copy.storage_key)
    with unit_of_work():
        record(
            Verb.EXPORT_TAKEN, at=at, actor=actor(), where=where(), about=who.user_id, thing=("export", str(copy.id))
        )
    name = f"{programme.current().club.short_name}-{copy.asked_at:%Y-%m-%d}.zip"
    return Response(
        _chunks(file),
        mimetype="application/zip",
        headers={
            "Content-Security-Policy": DOWNLOAD_POLICY,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(copy.size),
        },
    )


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _page(status: int = 200, *, wait: int = 0) -> Response:
    return page(
        "records/export.html",
        "copy",
        status,
        copy=queries.latest_copy(visitor().user_id),
        terms=programme.current().records,
        at=now(),
        wait_hours=-(-wait // 3600),
    )
