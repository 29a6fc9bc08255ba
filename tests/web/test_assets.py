import gzip
import hashlib
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import brotli
import pytest

from portal.web import assets

CSS = assets.STATIC / "css"
VENDOR = assets.STATIC / "vendor"
KB = 1000
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\("
    r"|:[^;{]*\b(?:white|black|gr[ae]y|red|green|blue|orange|yellow|purple|pink|brown|silver|gold)\b",
    re.IGNORECASE,
)
PIXEL = re.compile(r"\d(?:px|pt|cm|mm|in)\b")
# The minifier reads " :" as the start of a value and takes the space away, which makes another selector of it.
BARE_PSEUDO = re.compile(r"[\w\])*] :(?:is|has|where|not|hover|focus|first|last|nth|checked|empty)")


def wire(name: str) -> int:
    """Count the bytes a browser is sent for an asset, compressed."""
    bodies = dict(assets._sources())
    return len(brotli.compress(bodies[name], quality=11))


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def listed(sheet: str) -> list[str]:
    return assets.IMPORT.findall((CSS / sheet).read_text(encoding="utf-8"))


def sheets() -> list[Path]:
    return [path for path in sorted(CSS.rglob("*.css")) if path.name not in (*assets.SHEETS, *assets.LOOSE_SHEETS)]


def test_members_sheet_keeps_its_budget(shell):
    assert len(assets.joined_sheet("members.css", 168).encode()) <= 15 * KB
    assert wire("members.css") <= 6 * KB


def test_own_scripts_of_a_member_page_keep_their_budget(shell):
    assert wire("portal.js") + wire("upload.js") <= 6 * KB


def test_first_visit_leaves_room_for_the_page(shell):
    names = ("members.css", "portal.js", "upload.js", "htmx-4.0.1.min.js", "icons.svg", "favicon.svg")
    assert sum(map(wire, names)) <= 30 * KB


def test_the_desk_keeps_its_budgets(shell):
    assert wire("portal.js") + wire("desk.js") <= 14 * KB
    assert (
        sum(map(wire, ("desk.css", "portal.js", "desk.js", "htmx-4.0.1.min.js", "icons.svg", "favicon.svg"))) <= 40 * KB
    )


def test_layers_come_first_and_tokens_before_what_uses_them():
    for sheet in assets.SHEETS:
        assert listed(sheet)[:4] == ["layers.css", "tokens.css", "base.css", "layout.css"]
    joined = assets.joined_sheet("members.css", 168)
    assert joined.startswith("@layer reset,tokens,base,layout,components,pages,utilities;")


def test_every_style_is_in_a_sheet_and_every_sheet_names_files():
    named = {name for sheet in assets.SHEETS for name in listed(sheet)}
    assert named == {str(path.relative_to(CSS)) for path in sheets()}


def test_the_desk_has_whatever_members_have_but_for_the_door():
    assert set(listed("members.css")) - set(listed("desk.css")) == {"pages/door.css"}


def test_the_programmes_hue_follows_the_tokens():
    joined = assets.joined_sheet("members.css", 28)
    assert joined.index("--hue:28") > joined.index("--hue:168")


@pytest.mark.parametrize("path", sheets(), ids=lambda path: path.name)
def test_colours_and_pixels_stand_in_the_tokens_alone(path):
    if path.name == "tokens.css":
        return
    rules = without_comments(path)
    assert (COLOUR.findall(rules), PIXEL.findall(rules)) == ([], [])


@pytest.mark.parametrize("path", sheets(), ids=lambda path: path.name)
def test_styles_use_layers_and_no_force(path):
    rules = without_comments(path)
    assert "!important" not in rules
    assert not re.search(r"(^|[\s,}])#[a-z]", rules), "an id is no way to find an element"
    assert rules.lstrip().startswith("@layer")


@pytest.mark.parametrize("path", sheets(), ids=lambda path: path.name)
def test_no_selector_is_changed_by_the_minifier(path):
    assert BARE_PSEUDO.findall(without_comments(path)) == []


def test_htmx_is_the_file_its_makers_published():
    lines = (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split() for line in lines)}
    scripts = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")}
    assert scripts == sums
    assert sums == {"htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"}


def test_every_icon_a_template_names_is_in_the_sprite():
    templates = assets.STATIC.parent / "templates"
    text = "".join(path.read_text(encoding="utf-8") for path in templates.rglob("*.html"))
    named = set(re.findall(r"\b(?:icon|mark)\(\"([a-z-]+)\"", text))
    sprite = (assets.STATIC / "icons.svg").read_text(encoding="utf-8")
    assert named
    assert named <= set(re.findall(r'<symbol id="([a-z-]+)"', sprite))


def test_names_carry_the_hash_of_their_content(shell):
    url = assets.asset_url("members.css")
    with shell.test_client().get(url) as answer:
        body = answer.data
    assert url == f"/assets/members.{hashlib.sha256(body).hexdigest()[:12]}.css"


@pytest.mark.parametrize(("coding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_assets_are_served_compressed_for_ever_and_with_safe_headers(shell, coding, unpack):
    with shell.test_client().get(assets.asset_url("portal.js"), headers={"Accept-Encoding": coding}) as answer:
        body = unpack(answer.data)

    assert body == (assets.STATIC / "js" / "portal.js").read_bytes()
    assert answer.headers["Content-Encoding"] == coding
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_file_that_is_no_asset_is_not_served(shell):
    client = shell.test_client()
    assert client.get("/assets/../../portal.sqlite3").status_code == 404
    assert client.get("/assets/members.css").status_code == 404


def test_a_second_start_writes_nothing_anew(shell, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "assets").iterdir()}
    assets.serve(shell, tmp_path / "assets")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "assets").iterdir()} == before


def publish(folder: Path) -> str:
    return assets._publish("own.css", b"a{color:var(--ink)}" * 2000, folder)


def test_processes_that_start_together_agree_on_whole_files(tmp_path):
    folder = tmp_path / "assets"
    folder.mkdir()
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as processes:
        names = set(processes.map(publish, [folder] * 6))

    (name,) = names
    body = (folder / name).read_bytes()
    assert gzip.decompress((folder / f"{name}.gz").read_bytes()) == body
    assert brotli.decompress((folder / f"{name}.br").read_bytes()) == body
    assert sorted(path.name for path in tmp_path.iterdir()) == ["assets"]
    assert len(list(folder.iterdir())) == 3
