"""Who checks ages: the desk by itself, or a package that plugs somebody else in."""

from pathlib import Path

import pytest

from portal import programme
from portal.joining import ages as providers
from tests.cast import Person
from tests.joining.test_requirements import unfinished
from tests.site import Site


@pytest.fixture
def mara(session) -> Person:
    return unfinished()


def test_another_provider_can_be_plugged_in(site: Site, mara: Person, monkeypatch, tmp_path: Path) -> None:
    whole = programme.current()
    programme.use(whole.model_copy(update={"joining": whole.joining.model_copy(update={"age_check": "elsewhere"})}))
    try:
        with pytest.raises(programme.ProgrammeError, match="no provider is called 'elsewhere'"):
            providers.provider()
        plug_in(tmp_path)
        monkeypatch.syspath_prepend(tmp_path)
        assert providers.provider().begin(mara.member) == f"https://ages.example/{mara.member}"
        assert not site.as_(mara).open("accounts.show_requirements").has("#document")
    finally:
        programme.use(whole)
        providers._provider.cache_clear()


def plug_in(folder: Path) -> None:
    """Install a package that does without pictures."""
    about = folder / "elsewhere-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(
        "[portal.age_providers]\nelsewhere = elsewhere:Elsewhere\n", encoding="utf-8"
    )
    (folder / "elsewhere.py").write_text(
        "class Elsewhere:\n"
        "    wants_document = False\n\n"
        "    def begin(self, check_id):\n"
        "        return f'https://ages.example/{check_id}'\n",
        encoding="utf-8",
    )
