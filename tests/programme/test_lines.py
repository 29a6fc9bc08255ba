"""Finding the line in which a part of a TOML text stands."""

import pytest

from portal.programme.lines import line_of

TEXT = '''everyone = [  # a comment with ] and "
  "One",
  "Two, with a comma", "Three",
]
[club]
name = """
[[tiers]]
not = "a table"
"""
"quoted key" = 1
limits = { agent = 1, lead = [1, 2] }

[[tiers]]
key = "a"
  [[tiers.benefits]]
  text = 'x'
  [[tiers.benefits]]
  text = "y"
[[tiers]]
key = "b"
benefits = [
  { text = "z" },

  # between
  { text = "}" },
]
[[tiers.steps]]
n = 1
[ desk . hours ]  # spaced
opens = 09:00:00'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("everyone",), 1),
        (("everyone", 0), 2),
        (("everyone", 1), 3),
        (("everyone", 2), 3),
        (("club", "name"), 6),
        (("club", "quoted key"), 10),
        (("club", "limits"), 11),
        (("club", "limits", "agent"), 11),
        (("tiers", 0), 13),
        (("tiers", 0, "key"), 14),
        (("tiers", 0, "benefits", 0), 15),
        (("tiers", 0, "benefits", 0, "text"), 16),
        (("tiers", 0, "benefits", 1, "text"), 18),
        (("tiers", 1), 19),
        (("tiers", 1, "key"), 20),
        (("tiers", 1, "benefits"), 21),
        (("tiers", 1, "benefits", 0, "text"), 22),
        (("tiers", 1, "benefits", 1, "text"), 25),
        (("tiers", 1, "steps", 0, "n"), 28),
        (("desk", "hours", "opens"), 30),
        (("desk", "hours", "closes"), 29),
        (("tiers",), 13),
        (("tiers", 7, "key"), 13),
        (("nothing",), 1),
    ],
)
def test_the_line_is_that_of_the_deepest_part_that_is_there(place, line):
    assert line_of(TEXT, place) == line
