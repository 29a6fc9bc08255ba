"""Reads an HTML page or fragment as a strict editor would and names every fault with its line."""

import re
from collections import Counter
from collections.abc import Container, Iterator
from html.parser import HTMLParser
from typing import Any

from justhtml import Comment, Element, JustHTML

Attributes = list[tuple[str, str | None]]

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
BLOCKS = frozenset(
    "address article aside blockquote details dialog dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hgroup hr li main nav ol p pre search section table ul".split()
)
PHRASING_ONLY = frozenset(
    "p h1 h2 h3 h4 h5 h6 pre span a button label strong em small b i s time code kbd samp abbr output bdi bdo mark "
    "legend summary q cite sub sup data".split()
)
# A link may hold blocks as long as the place where it stands allows them.
TRANSPARENT = frozenset({"a", "ins", "del"})
INTERACTIVE = frozenset({"a", "button", "input", "select", "textarea", "label", "details", "summary"})
CHILDREN = {
    "ul": {"li", "template"},
    "ol": {"li", "template"},
    "menu": {"li", "template"},
    "dl": {"dt", "dd", "div"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"th", "td"},
    "select": {"option", "optgroup", "hr"},
    "optgroup": {"option"},
    "datalist": {"option"},
    "colgroup": {"col"},
}
PARENTS = {
    "li": {"ul", "ol", "menu"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"thead", "tbody", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "option": {"select", "optgroup", "datalist"},
    "legend": {"fieldset"},
    "figcaption": {"figure"},
    "summary": {"details"},
}
KNOWN = VOID | BLOCKS | PHRASING_ONLY | TRANSPARENT | INTERACTIVE | set(CHILDREN) | set(PARENTS) | frozenset(
    "html head body title script style caption option legend meter progress picture video audio canvas svg template "
    "slot var dfn ruby rt rp noscript u wbr".split()
)  # fmt: skip
FORBIDDEN = frozenset({"style", "font", "center", "marquee", "iframe", "object", "embed"})
REFERRING = (
    "for",
    "aria-describedby",
    "aria-labelledby",
    "aria-controls",
    "aria-owns",
    "aria-errormessage",
    "list",
    "form",
)
EVAL = ("js:", "javascript:")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
FIELDS_WITHOUT_LABEL = frozenset({"hidden", "submit", "button", "image", "reset"})


def parsed(html: str, *, is_fragment: bool = False) -> JustHTML:
    """Read `html` as a browser does, and remember where it stumbled."""
    return JustHTML(html, sanitize=False, collect_errors=True, fragment=is_fragment)


def faults_of(html: str, *, is_fragment: bool = False, tree: JustHTML | None = None) -> list[str]:
    """List what is wrong with `html`, line by line; an empty list is a clean page."""
    reader = _Reader(html, is_fragment=is_fragment)
    tree = tree or parsed(html, is_fragment=is_fragment)
    faults = reader.faults + [f"line {error.line}: {error.message}" for error in tree.errors]
    elements = elements_of(tree.root)
    if not is_fragment:
        faults += _faults_of_page(elements)
    faults += _faults_of_fields(elements, is_fragment=is_fragment)
    faults += _faults_of_forms(elements)
    return faults


def elements_of(root: Any) -> list[Element]:
    """List what stands in an element, in the order of the page: far quicker than asking by a selector."""
    found: list[Element] = []
    waiting = list(reversed(root.children or ()))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Element):
            found.append(node)
            waiting.extend(reversed(node.children or ()))
    return found


def attribute(element: Element | Comment, name: str) -> str:
    """Give an attribute's value; one that is missing is empty."""
    return (element.attrs or {}).get(name) or ""


def text_of(element: Element | Comment | JustHTML) -> str:
    """Give what a person reads, with single spaces."""
    return " ".join(element.to_text(separator=" ", strip=True).split())


class _Reader(HTMLParser):
    """Checks the source tag by tag: closed in order, known, each attribute once, each child where it may stand."""

    def __init__(self, html: str, *, is_fragment: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.faults: list[str] = []
        self._open: list[tuple[str, int]] = []
        self._is_fragment = is_fragment
        if not is_fragment and not html.lstrip().lower().startswith("<!doctype html>"):
            self._fault("the page does not start with <!doctype html>")
        self.feed(html)
        self.close()
        for tag, line in self._open:
            self._fault(f"<{tag}> of line {line} is never closed")

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self._check(tag, attrs)
        if tag not in VOID:
            self._open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self._check(tag, attrs)
        if tag not in VOID and not self._is_in_svg():
            self._fault(f"<{tag}/> does not close itself in HTML")

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        else:
            inner = f"<{self._open[-1][0]}> of line {self._open[-1][1]}" if self._open else "nothing"
            self._fault(f"</{tag}> comes while {inner} is open")
            if tag in (name for name, _ in self._open):
                while self._open.pop()[0] != tag:
                    pass

    def handle_data(self, data: str) -> None:
        inside = self._open[-1][0] if self._open else ""
        if inside in {"script", "style"}:
            if data.strip():
                self._fault(f"<{inside}> has content: nothing may be inline")
        elif "<" in data or re.search(r"&(?=[\w#])", data):
            self._fault(f"unescaped character in {data.strip()[:40]!r}")
        elif data.strip() and inside in CHILDREN and inside != "select":
            self._fault(f"text {data.strip()[:40]!r} stands directly in <{inside}>")

    def handle_entityref(self, name: str) -> None:
        if name not in {"amp", "lt", "gt", "quot", "nbsp", "shy", "thinsp", "ensp"}:
            self._fault(f"&{name}; is not one of the entities we use")

    def _check(self, tag: str, attrs: Attributes) -> None:
        names = [name for name, _ in attrs]
        self.faults += [
            f"line {self.getpos()[0]}: <{tag}> has {name} twice" for name, times in Counter(names).items() if times > 1
        ]
        if not self._is_in_svg() and tag not in KNOWN:
            self._fault(f"<{tag}> is not an element of HTML")
        if tag in FORBIDDEN:
            self._fault(f"<{tag}> is not allowed")
        self._check_attributes(tag, dict(attrs))
        self._check_place(tag)

    def _check_attributes(self, tag: str, attrs: dict[str, str | None]) -> None:
        for name, value in attrs.items():
            if name == "style" or name.startswith(("on", "hx-on", "hx-vals-js")):
                self._fault(f"<{tag} {name}> is inline code or style")
            if (value or "").strip().lower().startswith(EVAL):
                self._fault(f"<{tag} {name}> would be evaluated")
        if tag == "script" and not attrs.get("src"):
            self._fault("<script> without src")
        if tag == "button" and attrs.get("type") not in {"submit", "button", "reset"}:
            self._fault("<button> without a type")
        if tag == "img" and "alt" not in attrs:
            self._fault("<img> without alt")
        if "hx-get" in attrs and not (tag in {"form", "div", "section", "ol", "ul"} or attrs.get("href")):
            self._fault(f"<{tag} hx-get> does nothing without JavaScript: put it on a link")
        if "hx-post" in attrs and not (tag == "form" and attrs.get("action") and attrs.get("method") == "post"):
            self._fault(f"<{tag} hx-post> does nothing without JavaScript: put it on a form that posts")

    def _check_place(self, tag: str) -> None:
        if self._is_in_svg() or not self._open:
            return
        parents = [name for name, _ in self._open]
        parent = parents[-1]
        if parent in CHILDREN and tag not in CHILDREN[parent] | {"script", "template"}:
            self._fault(f"<{tag}> may not stand in <{parent}>")
        if tag in PARENTS and parent not in PARENTS[tag] | {"template"}:
            self._fault(f"<{tag}> may not stand in <{parent}>")
        if tag in BLOCKS:
            holder = next((name for name in reversed(parents) if name not in TRANSPARENT), "")
            if holder in PHRASING_ONLY:
                self._fault(f"<{tag}> may not stand in <{holder}>")
        if tag in INTERACTIVE and (around := next((name for name in parents if name in {"a", "button"}), "")):
            self._fault(f"<{tag}> may not stand in <{around}>: a tap would mean two things")
        if tag in {"form", "label", "main"} and tag in parents:
            self._fault(f"<{tag}> may not stand in another <{tag}>")

    def _is_in_svg(self) -> bool:
        return any(tag == "svg" for tag, _ in self._open)

    def _fault(self, words: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {words}")


def _faults_of_page(elements: list[Element]) -> Iterator[str]:
    if not any(element.name == "html" and attribute(element, "lang") for element in elements):
        yield "<html> names no language"
    for name in ("h1", "main"):
        times = sum(element.name == name for element in elements)
        if times != 1:
            yield f"a page has one {name}, this one has {times}"
    if sum("autofocus" in (element.attrs or {}) for element in elements) > 1:
        yield "two elements want the focus"
    level = 1
    for heading in elements:
        if heading.name not in HEADINGS:
            continue
        wanted = int(heading.name[1])
        if wanted > level + 1:
            yield f"<{heading.name}> {text_of(heading)!r} follows an h{level}: a level is left out"
        level = wanted


def _faults_of_fields(elements: list[Element], *, is_fragment: bool) -> Iterator[str]:
    ids = Counter(attribute(element, "id") for element in elements if "id" in (element.attrs or {}))
    yield from (f'id="{name}" stands {times} times' for name, times in ids.items() if times > 1)
    yield from (f"id={name!r} is empty or has a space" for name in ids if not name or " " in name)
    if not is_fragment:
        yield from _lost_references(elements, ids)
    yield from _faults_of_summary(elements, list(ids))
    labelled = {attribute(label, "for") for label in elements if label.name == "label"} - {""}
    for element in elements:
        if element.name in {"input", "select", "textarea"}:
            if attribute(element, "type") not in FIELDS_WITHOUT_LABEL and not _is_named(element, labelled):
                yield f"<{element.name} name={attribute(element, 'name')!r}> has no label"
        elif (element.name == "button" or (element.name == "a" and "href" in (element.attrs or {}))) and not (
            text_of(element) or attribute(element, "aria-label") or attribute(element, "aria-labelledby")
        ):
            yield f"<{element.name} {element.attrs}> has no name for those who do not see it"


def _lost_references(elements: list[Element], ids: Container[str]) -> Iterator[str]:
    for element in elements:
        for reference in REFERRING:
            lost = [name for name in attribute(element, reference).split() if name not in ids]
            yield from (f'<{element.name} {reference}="{name}"> points at nothing' for name in lost)
        target = attribute(element, "href")
        if element.name == "a" and target[:1] == "#" and target != "#" and target[1:] not in ids:
            yield f'<a href="{target}"> leads nowhere'


def _faults_of_summary(elements: list[Element], ids: list[str]) -> Iterator[str]:
    """Name a list of mistakes that stands in another order than the fields it leads to."""
    summaries = [element for element in elements if attribute(element, "id") == "wrong"]
    links = [link for summary in summaries for link in elements_of(summary) if link.name == "a"]
    named = [attribute(link, "href")[1:] for link in links]
    there = [ids.index(name) for name in named if name in ids]
    if there != sorted(there):
        yield f"the mistakes are listed in another order than the page: {', '.join(named)}"


def _is_named(field: Element | Comment, labelled: set[str]) -> bool:
    if attribute(field, "id") in labelled or attribute(field, "aria-label") or attribute(field, "aria-labelledby"):
        return True
    above = field.parent
    while above is not None:
        if above.name == "label":
            return bool(text_of(above)) if isinstance(above, Element) else True
        above = above.parent
    return False


def _faults_of_forms(elements: list[Element]) -> Iterator[str]:
    for form in elements:
        if form.name != "form":
            continue
        name = attribute(form, "action") or attribute(form, "id") or "?"
        method = attribute(form, "method") or "get"
        if method not in {"get", "post"}:
            yield f"form {name}: method {method!r}"
        fields = [field for field in elements_of(form) if field.name == "input"]
        tokens = [field for field in fields if attribute(field, "name") == "csrf_token"]
        if method == "post" and not (len(tokens) == 1 and attribute(tokens[0], "value")):
            yield f"form {name} posts without exactly one csrf_token"
        if method == "get" and tokens:
            yield f"form {name} would write its csrf_token into the address"
        sends_files = any(attribute(field, "type") == "file" for field in fields)
        if sends_files and attribute(form, "enctype") != "multipart/form-data":
            yield f"form {name} sends files without multipart/form-data"
