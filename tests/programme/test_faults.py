"""A programme with faults is refused, and every fault is named with the line it stands in."""

from pathlib import Path

import pytest

from portal.programme import ProgrammeError, load
from tests.programme.samples import HARBOUR

SOUND = HARBOUR.read_text(encoding="utf-8")


def faults_of(folder: Path, text: str) -> list[str]:
    path = folder / "harbour.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProgrammeError) as refusal:
        load(path)
    return refusal.value.faults


def line_of(text: str, sample: str) -> int:
    return text[: text.index(sample)].count("\n") + 1


@pytest.mark.parametrize(
    ("sound", "broken", "stands_in", "fault"),
    [
        (
            "threshold = 1000",
            "threshold = 250",
            "threshold = 250\nbenefits = [\n",
            "tiers 3, threshold: 250 is not above 250, where Pier starts",
        ),
        (
            "threshold = 0",
            "threshold = 10",
            "threshold = 10",
            "tiers 1, threshold: the first tier starts at 0, so that everybody has one",
        ),
        (
            "threshold = 250",
            'threshold = "high"',
            'threshold = "high"',
            "tiers 2, threshold: Input should be a valid int",
        ),
        ("threshold = 250\n", "", '[[tiers]]\nkey = "pier"', "tiers 2, threshold: is missing"),
        ('key = "bay"', 'key = "pier"', 'key = "pier"\nname = "Bay"', "tiers 3, key: 'pier' is there twice"),
        (
            '{ key = "boat"',
            '{ key = "coffee"',
            '{ key = "coffee", label = "Boat"',
            "tiers 3, benefits 2, key: 'coffee'",
        ),
        ('short_name = "Harbour"', 'shortname = "Harbour"', "shortname", "club, shortname: is no known key"),
        ('short_name = "Harbour"', 'short_name = " "', "short_name", "club, short_name: must not be empty"),
        ('"Europe/Dublin"', '"Europe/Atlantis"', "timezone", "club, timezone: 'Europe/Atlantis' is no known time zone"),
        ('"EUR"', '"XXQ"', "currency =", "club, currency: 'XXQ' is no known currency"),
        ('locale = "en_IE"', 'locale = "xx_YY"', "locale", "club, locale: 'xx_YY' is no known locale"),
        ('locale = "en_IE"', 'locale = "_"', "locale", "club, locale: '_' is no known locale"),
        (
            'holidays_country = "IE"',
            'holidays_country = "XX"',
            "holidays_country",
            "club, holidays_country: no bank holidays are known for XX",
        ),
        (
            'holidays_country = "IE"',
            'holidays_country = "GB"\nholidays_subdivision = "ZZ"',
            "holidays_subdivision",
            "club, holidays_subdivision: no bank holidays are known for GB ZZ",
        ),
        (
            "minimum_age = 21",
            "minimum_age = 16",
            "minimum_age",
            "club, minimum_age: Input should be greater than or equ",
        ),
        ("hue = 230", "hue = 360", "hue", "club, hue: Input should be less than 360"),
        ('"HB[0-9]{6}"', '"HB[0-9"', "reference_pattern", "activities 1, reference_pattern: is no regular expression"),
        (
            '"HB-104 233"',
            '"104233"',
            'reference_example = "104233"',
            "activities 1, reference_example: '104233' does not fit the pattern 'HB[0-9]{6}'",
        ),
        (
            '"Ferry of {day}"',
            '"Ferry of {date}"',
            'title = "Ferry of {date}"',
            "activities 1, title: has the placeholder {date}, allowed are {day}",
        ),
        (
            'activity = "cleanup"',
            'activity = "dance"',
            'activity = "dance"',
            "rules 3, activity: 'dance' is no activity of this programme",
        ),
        (
            "fixed = 40",
            "points_per_unit = 1",
            '[[rules]]\nactivity = "cleanup"',
            "rules 3: 'cleanup' has no amount that points could be counted by",
        ),
        ("fixed = 40\n", "", '[[rules]]\nactivity = "cleanup"', "rules 3: give either points_per_unit or fixed"),
        (
            "valid_from = 2026-01-01",
            "valid_from = 2025-12-31",
            "valid_from = 2025-12-31",
            "rules 2, valid_from: '2026' begins on 2025-12-31, while '2025' is still valid",
        ),
        (
            'version = "2026"',
            'version = "2025"',
            'version = "2025"\nvalid_from = 2026',
            "rules 2, version: '2025' of 'ticket' is there twice",
        ),
        (
            "valid_until = 2025-12-31",
            "valid_until = 2024-12-31",
            "valid_until",
            "rules 1, valid_until: 2024-12-31 is before 2025-01-01",
        ),
        (
            "multiplier_until = 2026-07-31",
            "multiplier_until = 2026-06-01",
            "multiplier_until",
            "rules 2, multiplier_until: 2026-06-01 is before 2026-07-01",
        ),
        (
            "multiplier_until = 2026-07-31\n",
            "",
            '[[rules]]\nactivity = "ticket"\nversion = "2026"',
            "rules 2: give both multiplier_from and multiplier_until, or neither",
        ),
        (
            "multiplier_from = 2026-07-01",
            "multiplier_from = 2025-07-01",
            "multiplier_from",
            "rules 2, multiplier_from: the multiplier's days lie outside the days of this version",
        ),
        (
            'multiplier_label = "Summer tide"\n',
            "",
            "multiplier = 1.5",
            "rules 2, multiplier: multiplier_label must tell members what this is",
        ),
        (
            "multiplier = 1.5",
            "multiplier = -1.5",
            "multiplier = -",
            "rules 2, multiplier: Input should be greater than 0",
        ),
        (
            "multiplier = 1.5",
            "multiplier = nan",
            "multiplier = nan",
            "rules 2, multiplier: Input should be a finite num",
        ),
        ("closes = 20:00:00", "closes = 08:00:00", "closes", "desk, closes: 08:00 is not after 08:00"),
        (
            '"fri", "sat"]',
            '"fri", "caturday"]',
            "working_days = [",
            "desk, working_days 6: Input should be 'mon', 'tue'",
        ),
        (
            'working_days = ["mon", "tue", "wed", "thu", "fri", "sat"]',
            "working_days = []",
            "working_days = []",
            "desk, working_days: at least one day is needed",
        ),
        ("agent = 50", "agent = -50", "limits", "desk, limits, agent: -50 is below 0"),
        ("agent = 50", "boss = 50", "limits", "desk, limits, boss: Input should be 'agent', 'lead' or 'admin'"),
        (
            'member_text = "We had forgotten this."\n',
            "",
            '[[reasons]]\nkey = "forgotten"',
            "reasons 1, member_text: is missing",
        ),
        ('"We had forgotten this."', '""', 'member_text = ""', "reasons 1, member_text: must not be empty"),
        (
            'rule_text = "Tickets count when they are used."\n',
            "",
            '[[reasons]]\nkey = "stayed_ashore"',
            "reasons 4, rule_text: a decline quotes the rule",
        ),
        (
            'would_change = ["The stub of the ticket"]\n',
            "",
            '[[reasons]]\nkey = "stayed_ashore"',
            "reasons 4, would_change: a decline says what would change the answer",
        ),
        (
            'kind = "goodwill"\nsign = 1',
            'kind = "goodwill"\nsign = -1',
            "sign = -1",
            "reasons 2, sign: a gift adds points: sign must be 1",
        ),
        (
            'for = ["approve", "part", "adjust"]\nsign = 1',
            'for = ["approve", "part", "adjust"]\nsign = -1',
            "sign = -1",
            "reasons 1, sign: a claim is granted by adding points: sign must be 1",
        ),
        (
            'for = ["duplicate"]',
            'for = ["duplicate"]\nsign = 1',
            'sign = 1\nmember_text = "You asked',
            "reasons 5, sign: no",
        ),
        (
            'member_text = "We had counted',
            'counts_for_tier = false\nmember_text = "We had counted',
            "counts_for_tier = false",
            "reasons 3, counts_for_tier: a correction gives what was owed, so it counts for the tier",
        ),
        ('for = ["duplicate"]', "for = []", "for = []", "reasons 5, for: must not be empty"),
        (
            '"No points for {subject}."',
            '"No points, {nickname}."',
            "{nickname}",
            "replies 4, text: has the placeholder {nickname}, allowed are {club}, {day}, {name}, {points}, {reference}",
        ),
        (
            '"No points for {subject}."',
            '"{name.__class__}"',
            "{name.__class__}",
            "replies 4, text: has the placeholder",
        ),
        ('"No points for {subject}."', '"{name!r}"', "{name!r}", "replies 4, text: has the placeholder {name}"),
        ('"No points for {subject}."', '"{name"', '"{name"', "replies 4, text: has a broken placeholder"),
        (
            'reason = "forgotten"',
            'reason = "unheard_of"',
            'reason = "unheard_of"',
            "replies 2, reason: 'unheard_of' is no reason of this programme",
        ),
        (
            'reason = "forgotten"',
            'reason = "twice"',
            'reason = "twice"',
            "replies 2, reason: 'twice' is not for 'approve'",
        ),
        ('"de_DE"', '"en_IE"', 'key = "yes"\nlabel = "Ja"', "replies 2, key: 'yes' is there twice in en_IE"),
        ('verdict = "decline"', 'verdict = "part"', "[[replies]]", "replies: no reply in en_IE is for 'decline'"),
        ('for = ["duplicate"]', 'for = ["adjust"]', "[[reasons]]", "reasons: no reason is for 'duplicate'"),
        ('["A berth for a day, once a year"]', '["Rum", 7]', "everyone", "everyone: must be a list of texts"),
        ("[[asks]]", "[[questions]]", "[[questions]]", "questions: is no known table"),
        (
            "claimable = false",
            "claimable = true",
            '[[activities]]\nkey = "anniversary"',
            "activities 3: 'anniversary' can",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path, sound, broken, stands_in, fault):
    assert sound in SOUND
    text = SOUND.replace(sound, broken, 1)

    faults = faults_of(tmp_path, text)

    expected = f"harbour.toml, line {line_of(text, stands_in)}, {fault}"
    assert any(line.startswith(expected) for line in faults), "\n".join(faults)


def test_all_faults_are_told_at_once_in_the_order_of_the_file(tmp_path):
    text = (
        SOUND.replace('"Europe/Dublin"', '"Moon/Base"')
        .replace("threshold = 1000", "threshold = 1")
        .replace('"HB[0-9]{6}"', '"("')
        .replace('activity = "cleanup"', 'activity = "dance"')
        .replace('"Please send the stub of the ticket."', '""')
    )

    faults = faults_of(tmp_path, text)

    assert [fault.split(", ", 2)[2].split(":")[0] for fault in faults] == [
        "club, timezone",
        "tiers 3, threshold",
        "activities 1, reference_pattern",
        "activities 2",
        "rules 3, activity",
        "asks 1, text",
    ]


def test_a_rule_for_an_activity_with_a_fault_of_its_own_is_no_second_fault(tmp_path):
    faults = faults_of(tmp_path, SOUND.replace("delay_hours = 6\n", "delay_hours = -6\n"))

    assert [fault.split(", ", 2)[2] for fault in faults] == [
        "activities 1, delay_hours: Input should be greater than or equal to 0",
    ]


def test_a_file_that_is_not_toml_says_where_it_stops_being_so(tmp_path):
    assert faults_of(tmp_path, "[club\n") == [
        "harbour.toml: Expected ']' at the end of a table declaration (at line 1, column 6)",
    ]


def test_an_empty_file_names_every_missing_part(tmp_path):
    faults = "\n".join(faults_of(tmp_path, ""))
    for part in ("tiers", "activities", "rules", "reasons", "replies", "asks", "help"):
        assert f"at least one [[{part}]] is needed" in faults
    for part in ("club, name", "desk, limits"):
        assert f"{part}: is missing" in faults


def test_a_table_where_a_list_belongs_is_refused(tmp_path):
    faults = faults_of(tmp_path, "[tiers]\nkey = 'silver'\n")
    assert "harbour.toml, line 1, tiers: at least one [[tiers]] is needed" in faults


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ProgrammeError) as refusal:
        load(tmp_path / "nowhere.toml")
    assert refusal.value.faults == [f"{tmp_path}/nowhere.toml: No such file or directory"]


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "old.toml"
    path.write_bytes("name = 'Café'".encode("latin-1"))
    with pytest.raises(ProgrammeError) as refusal:
        load(path)
    assert refusal.value.faults == ["old.toml: is not written in UTF-8"]
