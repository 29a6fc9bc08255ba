"""Dead code: whatever neither the portal, nor a template, nor a framework uses. Tests do not count as use."""

import re
import sys
from pathlib import Path

from vulture import Vulture
from vulture.core import Item

TEMPLATES = Path("portal/templates")
NAME = re.compile(r"[A-Za-z_]\w+")
ASKED_BY_NAME = re.compile(r"""(?:\.get|\.pop|getattr)\((?:\w+, )?["'](\w+)["']""")
# What a framework finds by its decorator.
DECORATORS = [
    "@bp.*",
    "@*.errorhandler",
    "@*.before_request",
    "@*.after_request",
    "@*.teardown_*",
    "@event.listens_for",
]
DECORATORS += [
    "@field_validator",
    "@model_validator",
    "@click.*",
    "@property",
    "@cached_property",
    "@*.command",
    "@override",
    "@compiles",
    "@validates",
]
# What a library reads by its name.
READ_BY_OTHERS = {
    "cls": "the first argument of pydantic's validators",
    "model_config": "pydantic",
    "impl": "SQLAlchemy's column types",
    "cache_ok": "SQLAlchemy's column types",
    "process_*": "SQLAlchemy's column types",
    "isolation_level": "SQLite's driver",
    "undefined": "Jinja",
    "trim_blocks": "Jinja",
    "lstrip_blocks": "Jinja",
    "permanent": "Flask's session",
    "max_content_length": "Flask's request",
    "MAX_IMAGE_PIXELS": "Pillow",
    "c_margin": "fpdf2",
    "inherit_cache": "SQLAlchemy's functions",
    "validate_*": "WTForms",
    "pre_validate": "WTForms",
    "is_authenticated": "flask-login",
    "is_active": "flask-login",
    "is_anonymous": "flask-login",
    "get_id": "flask-login",
    "wrap_formdata": "WTForms",
    "session_protection": "flask-login",
    "get_signing_serializer": "Flask",
    "Memory": "the twin of a mail server that tests use",
    "session_interface": "Flask",
    "jinja_environment": "Flask",
    "ensure_sync": "Flask",
    "make_globals": "Jinja",
    "get_translations": "flask-babel",
    "domain_instance": "flask-babel",
    "used_names": "vulture itself",
    "__*__": "Python",
}


def main() -> int:
    """Print what nobody uses."""
    vulture = Vulture(ignore_names=list(READ_BY_OTHERS), ignore_decorators=DECORATORS)
    vulture.scavenge(["portal", "tools", "wsgi.py"])
    for template in TEMPLATES.rglob("*.*"):
        vulture.used_names |= set(NAME.findall(template.read_text(encoding="utf-8")))
    for module in Path("portal").rglob("*.py"):
        vulture.used_names |= set(ASKED_BY_NAME.findall(module.read_text(encoding="utf-8")))
    unused = [item for item in vulture.get_unused_code(min_confidence=60) if not _is_a_word_of_the_data(item)]
    for item in unused:
        print(f"{item.filename.relative_to(Path.cwd())}:{item.first_lineno}: {item.message}")
    return 1 if unused else 0


def _is_a_word_of_the_data(item: Item) -> bool:
    """Tell columns and the values of enums from code: they are kept by the database, used today or not."""
    if item.typ == "import":
        # The linter knows better: it reads annotations in quotes.
        return True
    if item.typ not in {"variable", "attribute"}:
        return False
    line = Path(item.filename).read_text(encoding="utf-8").splitlines()[item.first_lineno - 1]
    is_column = item.filename.name == "models.py" or "Mapped[" in line
    is_enum_value = item.name.isupper() and line.startswith("    ")
    return is_column or is_enum_value or _is_column_elsewhere(item.name)


def _is_column_elsewhere(name: str) -> bool:
    return any(
        f"    {name}: Mapped[" in models.read_text(encoding="utf-8") for models in Path("portal").glob("*/models.py")
    )


if __name__ == "__main__":
    sys.exit(main())
