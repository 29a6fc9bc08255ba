from pathlib import Path

from tests.house import tracked

FOLDER = Path("portal/templates/mail")
GOLDEN = Path("tests/mail/golden")
PARTS = {"subject.txt", "body.txt", "body.html"}


def letters() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in tracked(f"{FOLDER}/*/*"):
        found.setdefault(path.parent.name, set()).add(path.name)
    return found


def test_each_letter_has_subject_text_and_html():
    assert {kind: parts for kind, parts in letters().items() if parts != PARTS} == {}
    assert letters()


def test_each_letter_has_a_golden_twin():
    # A letter with several moods has one for each: claim_decided.txt, claim_decided-part.txt.
    golden = {path.stem.partition("-")[0] for path in tracked(f"{GOLDEN}/*")}

    assert letters().keys() ^ golden == set()
