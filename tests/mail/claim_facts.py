"""What letters about claims are given, for the samples of each kind."""

from typing import Any

CLAIM = {
    "name": "Asha",
    "reference": "C-7XKQ4MNP",
    "what": "Order of 6 Nov",
    "link": "https://club.example/claims/C-7XKQ4MNP",
}
DECIDED: dict[str, Any] = CLAIM | {
    "verdict": "approve",
    "is_about_points": True,
    "points": 150,
    "asked": 150,
    "balance": 1390,
    "why": "We found your order of 6 Nov under your work address. £75.00 counts double that week: 150.",
    "rule": "",
    "change": [],
    "appeal_by": "",
    "appeal_link": "",
    "agent": "Casey",
}
REFUSED = DECIDED | {
    "points": 0,
    "asked": 60,
    "balance": None,
    "rule": "A quiz counts when all answers arrive before it closes.",
    "appeal_by": "Wed 2 Dec",
    "appeal_link": "https://club.example/claims/C-7XKQ4MNP#appeal",
    "agent": "Noor",
}
OUTSIDE: dict[str, Any] = {
    "name": "",
    "reference": "C-7XKQ4MNP",
    "link": "https://club.example/help/cannot-get-in",
}
ANSWER = OUTSIDE | {
    "words": "Which page did you see?\n\nA picture of it would help.",
    "agent": "Casey",
    "outcome": "message",
    "rule": "",
    "change": [],
}
