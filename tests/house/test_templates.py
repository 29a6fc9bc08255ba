import re
from pathlib import Path

import pytest
from jinja2 import nodes
from jinja2.meta import find_referenced_templates

from tests.house import tracked

FOLDER = Path("portal/templates")
PAGE_CALL = re.compile(r'\bpage\(\s*"([^"]+\.html)"\s*,\s*"(\w+)"')
NAMED = re.compile(r'"([\w/-]+\.(?:html|txt))"')
STILL = re.compile(r'\bstill\("([^"]+)"')
KEYS = re.compile(r"<kbd>.*?</kbd>")
BARE_WORDS = re.compile(r">\s*([A-Z][a-z]+(?: [a-zA-Z]+)+)[^<{]*<")
LAWS = {
    "safe": re.compile(r"\|\s*safe\b"),
    "autoescape": re.compile(r"{%-?\s*autoescape\s+false"),
    "inline style": re.compile(r"<[^>]*\sstyle\s*="),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*="),
    "hx-on": re.compile(r"\bhx-on\b"),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "evaluated values": re.compile(r"""=["']js:"""),
    "unnamed endblock": re.compile(r"{%-?\s*endblock\s*-?%}"),
}
# Letters carry their styles with them: mail programs load none.
NO_LAW_FOR_LETTERS = frozenset({"inline style"})


def templates(*folders: str) -> list[str]:
    found = [path.relative_to(FOLDER).as_posix() for path in tracked("portal/templates/*")]
    return [name for name in found if not folders or name.split("/")[0] in folders]


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def python() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in tracked("portal/*.py"))


def parents(app, name: str) -> list[str]:
    """List what a template extends, the nearest first."""
    tree = app.jinja_env.parse(source(name))
    above = [node.template.value for node in tree.find_all(nodes.Extends) if isinstance(node.template, nodes.Const)]
    return above + [higher for parent in above for higher in parents(app, parent)]


def blocks(app, name: str) -> set[str]:
    return {
        block.name
        for each in (name, *parents(app, name))
        for block in app.jinja_env.parse(source(each)).find_all(nodes.Block)
    }


def test_each_template_compiles(app):
    for name in templates():
        app.jinja_env.get_template(name)


def test_each_template_is_used(app):
    used = set(NAMED.findall(python()))
    for name in templates():
        used |= {found for found in find_referenced_templates(app.jinja_env.parse(source(name))) if found}
        used |= set(STILL.findall(source(name)))
    # These two folders are read by the name of the letter and by the number of the error.
    unused = [name for name in templates() if name not in used and name.split("/")[0] not in {"mail", "errors"}]

    assert unused == []


def test_each_page_has_a_title(app):
    bases = {parent for name in templates() for parent in parents(app, name)}
    pages = [name for name in templates() if name not in bases and "layout/base.html" in parents(app, name)]
    layouts = set(templates("layout"))
    titled = {name for name in templates() if "{% block title" in source(name)} - layouts

    assert pages
    assert [name for name in pages if not titled & {name, *parents(app, name)}] == []


def test_each_fragment_a_view_names_is_a_block_of_its_page(app):
    missing = [(name, block) for name, block in PAGE_CALL.findall(python()) if block not in blocks(app, name)]

    assert missing == []


@pytest.mark.parametrize("law", LAWS)
def test_no_template_breaks_the_law_of_(law):
    names = [name for name in templates() if not (name.startswith("mail/") and law in NO_LAW_FOR_LETTERS)]

    assert [name for name in names if LAWS[law].search(source(name))] == []


def test_text_for_people_is_marked_for_translation():
    # The page of parts is for developers, and keys are called what is printed on them.
    named = [
        (name, found)
        for name in templates()
        if name != "parts.html"
        for found in BARE_WORDS.findall(KEYS.sub("", source(name)))
    ]

    assert named == []
