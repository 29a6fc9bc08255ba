"""Ways to break promotions, caps and what is left out; the fourth rule of the harbour has all of them."""

BROKEN_RULES = [
    ('key = "easter"', 'key = "spring"', 'key = "spring"\nlabel = "Easter', "rules 4, promotions 2, key: 'spring' is"),
    ('"Spring tide"', '" "', 'label = " "', "rules 4, promotions 1, label: must tell members what this is"),
    (
        "last = 2036-04-30",
        "last = 2036-02-28",
        "last = 2036-02-28",
        "rules 4, promotions 1, last: 2036-02-28 is before 2036-03-01",
    ),
    (
        "first = 2036-03-01",
        "first = 2035-12-31",
        "first = 2035",
        "rules 4, promotions 1, first: the promotion's days lie outside the days of this version",
    ),
    (
        "multiplier = 1.5\nbonus",
        "multiplier = 0.9\nbonus",
        "multiplier = 0.9",
        "rules 4, promotions 1, multiplier: a promotion gives more, and 0.9 gives less",
    ),
    (
        "multiplier = 1.5\nbonus = 20",
        "multiplier = 1",
        "[[rules.promotions]]",
        "rules 4, promotions 1: a promotion gives more: it needs a multiplier or a bonus",
    ),
    ("bonus = 20", "bonus = -20", "bonus = -20", "rules 4, promotions 1, bonus: Input should be greater than or equ"),
    (
        "member_cap = 500",
        "member_cap = 200",
        "member_cap = 200",
        "rules 4, member_cap: 200 for a member is below the cap of 300 for one activity",
    ),
    (
        "member_cap = 500\n",
        "",
        "member_cap_period",
        "rules 4, member_cap_period: member_cap must say how many points",
    ),
    (
        'member_cap_period = "year"',
        'member_cap_period = "week"',
        "member_cap_period",
        "rules 4, member_cap_period: Input should be 'day', 'month', 'year' or 'ever'",
    ),
    ('"half_up"', '"away"', "rounding", "rules 4, rounding: Input should be 'down', 'half_up' or 'up'"),
    ('"gift_card"', '"delivery"', "excludes", "rules 4, excludes 2: 'delivery' is there twice"),
    ('"gift_card"', '"Gift card"', "excludes", "rules 4, excludes 2: String should match pattern"),
    ("fixed = 40", "fixed = 40\ncap = 30", "cap = 30\nmul", "rules 3, cap: 40 fixed points are above the cap of 30"),
    (
        "fixed = 40",
        'fixed = 40\nexcludes = ["delivery"]',
        "excludes",
        "rules 3, excludes: 'cleanup' has no amount that anything could be left out of",
    ),
]
