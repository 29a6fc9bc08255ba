"""Ways to break a sound quiz, and what members do in the portal: as in `broken`."""

BROKEN_QUIZZES = [
    (
        'activity = "knots"\ntitle',
        'activity = "ticket"\ntitle',
        'activity = "ticket"\ntitle',
        "quizzes 1, activity: 'ticket' is not done by a quiz",
    ),
    (
        'title = "First knots"',
        'title = "?!"',
        'title = "?!"',
        "quizzes 1, title: '?!' does not fit the pattern",
    ),
    (
        "closes = 2036-01-01T12:00:00",
        "closes = 2026-01-01T12:00:00",
        "closes = 2026-01-01T12:00:00",
        "quizzes 1, closes: 2026-01-01 12:00:00 is not after 2026-01-01 12:00:00",
    ),
    ("needed = 1", "needed = 2", "needed = 2", "quizzes 1, needed: 2 right answers of 1 cannot be given"),
    ("right = 2", "right = 3", "questions = ", "quizzes 1, questions 1, right: 3 is none of the 2 choices"),
    (
        '"7992 739 8713"',
        '"7992 739 8731"',
        'reference_example = "7992',
        "activities 5, reference_example: '7992 739 8731' does not fit the pattern '[0-9]{11}' or its last sign",
    ),
    (
        'done_by = "quiz"',
        'done_by = "device"',
        'done_by = "device"\n\n[[rules]]',
        "activities 6, done_by: only one activity is done by a device",
    ),
]
