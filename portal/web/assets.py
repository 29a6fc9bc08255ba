"""Styles, scripts and icons: joined, hashed and compressed once at start-up, then served for ever."""

import gzip
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from wsgiref.headers import Headers

import brotli
import rcssmin
from flask import Flask, current_app
from whitenoise import WhiteNoise

from portal import programme
from portal.web.links import settings
from portal.web.security import COMMON_HEADERS, HSTS

STATIC = Path(__file__).parent.parent / "static"
PREFIX = "/assets/"
SHEETS = ("members.css", "desk.css")
# What a few pages ask for beside theirs, when it is needed.
LOOSE_SHEETS = ("blackout.css",)
IMPORT = re.compile(r'^@import url\("([^"]+)"\);$', re.MULTILINE)
HASH_LENGTH = 12
LONGEST_BROTLI = 11
HUE_RULE = "@layer tokens { :root { --hue: %d; } }\n"


def asset_url(name: str) -> str:
    """Give the address of a style, script or picture; its name changes with its content."""
    urls: dict[str, str] = current_app.extensions["assets"]
    return urls[name]


def serve(app: Flask, folder: Path) -> None:
    """Build the assets into `folder` and answer for them in front of `app`.

    Several processes may do this at once: files are put in place whole, and equal content has an equal name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    app.extensions["assets"] = {name: PREFIX + _publish(name, body, folder) for name, body in _sources()}
    with app.app_context():
        headers = _headers(is_https=settings().is_https)

    def add_headers(found: Headers, _path: str, _url: str) -> None:
        for name, value in headers.items():
            found[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=folder,
        prefix=PREFIX,
        allow_all_origins=False,
        add_headers_function=add_headers,
        # Every name in this folder carries the hash of its content.
        immutable_file_test=lambda _path, _url: True,
    )


def joined_sheet(name: str, hue: int) -> str:
    """Join the files a sheet lists, in its order, with the programme's hue right after the tokens."""
    sheet = STATIC / "css" / name
    parts: list[str] = []
    for imported in IMPORT.findall(sheet.read_text(encoding="utf-8")):
        parts.append((sheet.parent / imported).read_text(encoding="utf-8"))
        if imported == "tokens.css":
            parts.append(HUE_RULE % hue)
    return str(rcssmin.cssmin("".join(parts)))


def _sources() -> Iterator[tuple[str, bytes]]:
    for name in SHEETS:
        yield name, joined_sheet(name, programme.current().club.hue).encode()
    for name in LOOSE_SHEETS:
        yield name, str(rcssmin.cssmin((STATIC / "css" / name).read_text(encoding="utf-8"))).encode()
    for path in (*(STATIC / "js").glob("*.js"), *(STATIC / "vendor").glob("*.js"), *STATIC.glob("*.svg")):
        yield path.name, path.read_bytes()


def _headers(*, is_https: bool) -> dict[str, str]:
    headers = {name: value for name, value in COMMON_HEADERS.items() if name != "Cache-Control"}
    return headers | {"Strict-Transport-Security": HSTS} if is_https else headers


def _publish(name: str, body: bytes, folder: Path) -> str:
    stem, dot, ending = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(body).hexdigest()[:HASH_LENGTH]}{dot}{ending}"
    for suffix, pack in (("", bytes), (".gz", _gzipped), (".br", _brotli)):
        path = folder / (hashed + suffix)
        if not path.exists():
            _put(path, pack(body))
    return hashed


def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=9, mtime=0)


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=LONGEST_BROTLI))


def _put(path: Path, body: bytes) -> None:
    """Write beside the folder first: nobody may ever find half a file in it."""
    handle, draft = tempfile.mkstemp(dir=path.parent.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    Path(draft).chmod(0o644)
    Path(draft).replace(path)
