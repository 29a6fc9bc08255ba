"""A page as a person has it before them: it is read by its elements, its links are followed, its forms sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

from justhtml import Comment, Element, JustHTML
from werkzeug.test import TestResponse

from tests.proofreading import attribute, elements_of, text_of

if TYPE_CHECKING:
    from tests.site import Site

Tag = Element | Comment
Fields = dict[str, list[Any]]
CONTROLS = frozenset({"input", "select", "textarea", "button"})
BUTTONS = frozenset({"submit", "button", "image", "reset"})
ERROR_PREFIX = "Error:"


@dataclass(frozen=True, slots=True)
class Page:
    """What came back, already proof-read."""

    site: "Site"
    path: str
    response: TestResponse
    statements: list[str]
    tree: JustHTML = field(repr=False)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def title(self) -> str:
        return text_of(self.find("title"))

    @property
    def h1(self) -> str:
        return text_of(self.find("h1"))

    @property
    def text(self) -> str:
        """Everything a person can read in the main part, or in the fragment."""
        return text_of(self.tree.query_one("main") or self.tree)

    @property
    def errors(self) -> dict[str, str]:
        """The messages beside the fields, by the id of the field."""
        return {
            attribute(message, "id").removesuffix("-error"): text_of(message).removeprefix(ERROR_PREFIX).strip()
            for message in elements_of(self.tree.root)
            if attribute(message, "id").endswith("-error")
        }

    @property
    def token(self) -> str:
        """The page's CSRF token, for requests no form of ours would make."""
        fields = (field for field in self.all("input") if attribute(field, "name") == "csrf_token")
        return attribute(next(fields), "value")

    def all(self, css: str) -> list[Tag]:
        if css.isalnum():
            return [element for element in elements_of(self.tree.root) if element.name == css]
        return list(self.tree.query(css))

    def find(self, css: str) -> Tag:
        """Give the only element that fits."""
        found = self.all(css)
        assert len(found) == 1, f"{len(found)} elements fit {css!r} on {self.path}"
        return found[0]

    def has(self, css: str) -> bool:
        return bool(self.all(css))

    def texts(self, css: str) -> list[str]:
        return [text_of(element) for element in self.all(css)]

    def value(self, name: str) -> str:
        """Give what a field holds now; of radio buttons and check boxes what is chosen, joined by commas."""
        holding = [form for form in self.all("form") if name in _names(self, form)]
        assert holding, f"no form of {self.path} has a field {name!r}"
        return ",".join(str(value) for value in _filled(self, holding[0]).get(name, []))

    def click(self, words: str, **how: Any) -> "Page":
        """Follow the link with these words."""
        links = [link for link in self.all("a") if words in {text_of(link), attribute(link, "aria-label")}]
        targets = {attribute(link, "href") for link in links}
        assert len(targets) == 1, f"{len(targets)} links say {words!r} on {self.path}: {self.texts('a[href]')}"
        return self.site.open(urljoin(self.path, targets.pop()), **how)

    def submit(
        self,
        button: str = "",
        *,
        form: str = "",
        forged: Mapping[str, object] | None = None,
        status: int = 200,
        as_fragment: bool = False,
        **fields: object,
    ) -> "Page":
        """Fill in and send a form of this page, and give the page that comes of it.

        The form is the one with these fields, with this `button`, or the one `form` (a selector) fits.
        `forged` adds or replaces fields as no browser would.
        """
        chosen = _choose(self, button, form, fields)
        sent = _filled(self, chosen)
        for name, value in fields.items():
            sent[name] = _checked(self, chosen, name, value)
        pressed = _pressed(self, chosen, button)
        if pressed is not None and attribute(pressed, "name"):
            sent[attribute(pressed, "name")] = [attribute(pressed, "value")]
        sent.update({name: _as_list(value) for name, value in (forged or {}).items()})
        action = (pressed and attribute(pressed, "formaction")) or attribute(chosen, "action")
        method = ((pressed and attribute(pressed, "formmethod")) or attribute(chosen, "method") or "get").lower()
        target = urljoin(self.path, action)
        if method == "get":
            pairs = [(name, value) for name, values in sent.items() for value in values]
            target = urlsplit(target)._replace(query=urlencode(pairs)).geturl()
            return self.site.open(target, status=status, as_fragment=as_fragment)
        sends_files = attribute(chosen, "enctype") == "multipart/form-data"
        return self.site.send(
            "POST",
            target,
            status=status,
            as_fragment=as_fragment,
            came_from=self.path,
            data={name: [_part(value) for value in values] for name, values in sent.items()},
            content_type="multipart/form-data" if sends_files else None,
        )


def _choose(page: Page, button: str, selector: str, fields: Iterable[str]) -> Tag:
    forms = page.all(selector or "form")
    fitting = [
        form
        for form in forms
        if set(fields) <= _names(page, form) and (not button or _pressed(page, form, button) is not None)
    ]
    if len(fitting) > 1 and not selector:
        fitting = [form for form in page.all("main form") if form in fitting] or fitting
    if len(fitting) > 1 and not button and not fields:
        fitting = [form for form in fitting if not attribute(form, "action").endswith("/sign-out")]
    known = [f"{attribute(form, 'action')}: {', '.join(sorted(_names(page, form)))}" for form in forms]
    assert len(fitting) == 1, f"{len(fitting)} forms of {page.path} fit {button or list(fields)}; there are {known}"
    return fitting[0]


def _controls(page: Page, form: Tag) -> list[Tag]:
    """List the fields and buttons of a form, those elsewhere that name it included."""
    own: list[Tag] = [
        control
        for control in elements_of(form)
        if control.name in CONTROLS and attribute(control, "form") in {"", attribute(form, "id")}
    ]
    if name := attribute(form, "id"):
        named = (control for control in elements_of(page.tree.root) if attribute(control, "form") == name)
        own += [control for control in named if control not in own]
    return [control for control in own if "disabled" not in (control.attrs or {})]


def _names(page: Page, form: Tag) -> set[str]:
    return {attribute(control, "name") for control in _controls(page, form) if not _is_button(control)} - {""}


def _filled(page: Page, form: Tag) -> Fields:
    """Give what a browser would send if nothing were touched."""
    values: Fields = {}
    for control in _controls(page, form):
        name, kind = attribute(control, "name"), attribute(control, "type")
        if not name or _is_button(control) or kind == "file":
            continue
        if control.name == "select":
            chosen = [option for option in control.query("option") if "selected" in (option.attrs or {})]
            values.setdefault(name, []).extend(_option(option) for option in chosen or control.query("option")[:1])
        elif control.name == "textarea":
            values.setdefault(name, []).append("".join(child.to_text(strip=False) for child in control.children or []))
        elif kind not in {"checkbox", "radio"}:
            values.setdefault(name, []).append(attribute(control, "value"))
        elif "checked" in (control.attrs or {}):
            values.setdefault(name, []).append(attribute(control, "value") or "on")
    return values


def _checked(page: Page, form: Tag, name: str, value: object) -> list[Any]:
    """Refuse what a person could not choose: an option that is not there."""
    controls = [control for control in _controls(page, form) if attribute(control, "name") == name]
    if controls[0].name == "select":
        offered = {_option(option) for option in controls[0].query("option")}
    elif attribute(controls[0], "type") in {"checkbox", "radio"}:
        offered = {attribute(control, "value") or "on" for control in controls}
        if isinstance(value, bool):
            return sorted(offered) if value else []
    else:
        return _as_list(value)
    wanted = [str(item) for item in _as_list(value)]
    assert set(wanted) <= offered, f"{name} offers {sorted(offered)}, not {wanted}; use forged= to send it all the same"
    return wanted


def _pressed(page: Page, form: Tag, words: str) -> Tag | None:
    """Find the button with these words; without words, the one that Enter would press."""
    buttons = [control for control in _controls(page, form) if _is_button(control) and _sends(control)]
    if not words:
        return buttons[0] if buttons else None
    return next((each for each in buttons if words in {text_of(each), attribute(each, "aria-label")}), None)


def _is_button(control: Tag) -> bool:
    return control.name == "button" or attribute(control, "type") in BUTTONS


def _sends(control: Tag) -> bool:
    return attribute(control, "type") in {"submit", "image"} or (
        control.name == "button" and not attribute(control, "type")
    )


def _option(option: Tag) -> str:
    return attribute(option, "value") if "value" in (option.attrs or {}) else text_of(option)


def _as_list(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _part(value: object) -> object:
    """Give a file as (bytes, name) or (bytes, name, type) to Werkzeug as it wants it, and text as text."""
    if isinstance(value, tuple):
        return (BytesIO(value[0]), *value[1:])
    return str(value)
