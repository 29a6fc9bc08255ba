"""One letter of each kind, with facts as the rooms' letters functions give them."""

from typing import Any

from portal.mail.letter import SECRET, Letter
from tests.mail.claim_facts import ANSWER, CLAIM, DECIDED, OUTSIDE, REFUSED

ADJUSTED: dict[str, Any] = {
    "name": "Asha",
    "points": 150,
    "balance": 1390,
    "why": "Your order of 6 Nov was counted without the double points of that week.",
    "when": "Fri 6 Nov",
    "agent": "Casey",
    "link": "https://club.example/points",
}
ASKED = {"name": "", "email": "a.rao@work.example", "until": "Mon 23 Nov, 14:02"}
CHANGED = {"name": "Asha", "email": "asha@club.example", "when": "Sun 22 Nov, 14:05"}

NOTED: dict[str, Any] = {
    "name": "Asha",
    "when": "Sun 22 Nov, 14:05",
    "device": "Chrome on Android",
    "link": "https://club.example/forgot-password",
}

AGED: dict[str, Any] = {
    "name": "Mara",
    "is_approved": True,
    "is_active": True,
    "reason": "",
    "link": "https://club.example/",
}

LOOKED_AT: dict[str, Any] = {
    "name": "Asha",
    "tier": "Gold",
    "since": "3 Mar",
    "has": 1290,
    "link": "https://club.example/benefits",
}

# The name of a sample is its kind, and after a hyphen what is special about it.
SAMPLES: dict[str, dict[str, Any]] = {
    "tier_at_stake": LOOKED_AT | {"day": "3 Mar 2027", "missing": 210, "otherwise": "Silver"},
    "points_lapse": {
        "name": "Asha",
        "points": 1165,
        "parts": [{"points": 1120, "day": "12 Dec"}, {"points": 45, "day": "14 Dec"}],
        "months": 18,
        "link": "https://club.example/points",
    },
    "tier_lowered": LOOKED_AT | {"now": "Silver", "threshold": 1500, "benefits": ["5 % off HEETS or TEREA"]},
    "reset_link": {
        "name": "Asha",
        "minutes": 30,
        "until": "14:32",
        "link": f"https://club.example/reset/{SECRET}",
    },
    "confirm_email": {
        "name": "Mara",
        "until": "Mon 23 Nov, 14:02",
        "link": f"https://club.example/join/link/{SECRET}",
    },
    "already_member": {
        "name": "Asha",
        "when": "Sun 22 Nov, 14:05",
        "link": "https://club.example/sign-in",
        "reset": "https://club.example/forgot-password",
    },
    "age_decided": AGED,
    "age_decided-declined": AGED
    | {
        "is_approved": False,
        "is_active": False,
        "reason": "The year on the picture cannot be read.",
        "link": "https://club.example/you/requirements",
    },
    "password_changed": {
        "name": "Asha",
        "when": "Sun 22 Nov, 14:05",
        "device": "Chrome on Android",
        "ended": "all",
        "link": "https://club.example/forgot-password",
    },
    "password_changed-own": {
        "name": "Asha",
        "when": "Sun 22 Nov, 14:05",
        "device": "Chrome on Android",
        "ended": "others",
        "link": "https://club.example/forgot-password",
    },
    "staff_invited": {
        "name": "Noor",
        "by": "Omar Said",
        "role": "Agent",
        "days": 7,
        "until": "Sun 29 Nov, 14:05",
        "link": f"https://club.example/invitation/{SECRET}",
    },
    "factor_reset": {
        "name": "Noor",
        "by": "Omar Said",
        "when": "Sun 22 Nov, 14:05",
        "link": "https://club.example/sign-in",
    },
    "member_factor_reset": {
        "name": "Asha",
        "when": "Sun 22 Nov, 14:05",
        "link": "https://club.example/you/safety",
    },
    "passkey_changed": {
        "name": "Asha",
        "what": "passkey_added",
        "passkey": "My phone",
        "when": "Sun 22 Nov, 14:05",
        "device": "Chrome on Android",
        "link": "https://club.example/forgot-password",
    },
    "passkey_changed-removed": {
        "name": "Asha",
        "what": "passkey_removed",
        "passkey": "My phone",
        "when": "Sun 22 Nov, 14:05",
        "device": "Chrome on Android",
        "link": "https://club.example/forgot-password",
    },
    "sign_in_code": NOTED
    | {
        "code": "04071789",
        "minutes": 10,
        "until": "14:12",
    },
    "new_device": NOTED,
    "many_failures": NOTED | {"address": "198.51.100.7"},
    "code_used": NOTED | {"left": 9},
    "code_used-last": NOTED | {"left": 1},
    "factor_changed": NOTED | {"change": "app_added"},
    "factor_changed-removed": NOTED | {"change": "app_removed"},
    "factor_changed-codes": NOTED | {"change": "codes_made"},
    "email_confirm": ASKED | {"link": f"https://club.example/email/{SECRET}"},
    "address_confirm": ASKED | {"link": f"https://club.example/address/{SECRET}"},
    "address_in_use": {"name": "Asha", "email": "asha@club.example", "link": "https://club.example/sign-in"},
    "email_changed": CHANGED | {"link": "https://club.example/you/email"},
    "email_undo": CHANGED
    | {"until": "Sun 29 Nov", "device": "Chrome on Android", "link": f"https://club.example/email-undo/{SECRET}"},
    "email_restored": CHANGED | {"link": "https://club.example/forgot-password"},
    "address_added": CHANGED | {"link": "https://club.example/you/addresses"},
    "claim_received": CLAIM | {"due": "Wed 25 Nov", "parked_until": ""},
    "claim_received-early": CLAIM | {"due": "Fri 27 Nov", "parked_until": "Tue 24 Nov"},
    "claim_decided": DECIDED,
    "claim_decided-settled": DECIDED
    | {
        "what": "Something does not work",
        "is_about_points": False,
        "points": 0,
        "asked": None,
        "balance": None,
        "why": "The page of your points opens again. The fault was ours.",
    },
    "claim_decided-fault": REFUSED
    | {
        "what": "Something does not work",
        "verdict": "decline",
        "is_about_points": False,
        "why": "The browser of this phone is too old for the page.",
        "change": ["A newer browser"],
        "rule": "",
        "appeal_by": "",
    },
    "claim_decided-part": DECIDED
    | {
        "verdict": "part",
        "points": 75,
        "balance": 1315,
        "why": "Your order counts with one point a pound. It came on 10 Nov, a day after the double points had ended.",
        "rule": "Orders from 6 to 9 November count double.",
        "change": ["An order confirmation that names a day from 6 to 9 Nov"],
        "appeal_by": "Mon 21 Dec",
        "appeal_link": "https://club.example/claims/C-7XKQ4MNP#appeal",
    },
    "claim_decided-decline": REFUSED
    | {
        "verdict": "decline",
        "what": "Summer quiz",
        "why": "Your answers reached us at 18:04. The quiz closed at 18:00. I am sorry it was so close.",
        "change": [
            "A picture of the finished quiz that shows a time before 18:00",
            "An error message you saw while sending",
        ],
    },
    "claim_decided-duplicate": REFUSED
    | {
        "verdict": "duplicate",
        "why": "This order has been answered already.",
        "rule": "",
        "appeal_by": "",
        "appeal_link": "",
        "agent": "",
    },
    "claim_needs_info": CLAIM
    | {
        "link": f"https://club.example/claim-answer/{SECRET}",
        "ask": "A picture of the order confirmation on which the order number can be read",
        "words": "The number on your picture is cut off at the edge.",
        "agent": "Casey",
        "answer_by": "Sun 6 Dec",
    },
    "claim_message": CLAIM | {"agent": "Casey", "words": "Two orders came in on that day.\n\nWhich of them is it?"},
    "claim_withdrawn": CLAIM | {"again_by": "5 May 2027"},
    "claim_expired": CLAIM
    | {
        "again_by": "5 May 2027",
        "appeal_by": "Wed 2 Dec",
        "appeal_link": "https://club.example/claims/C-7XKQ4MNP#appeal",
    },
    "claim_late": CLAIM | {"due": "Wed 25 Nov", "day": "Thu 26 Nov", "points": 0, "why": ""},
    "claim_late-gift": CLAIM
    | {"due": "Wed 25 Nov", "day": "Thu 26 Nov", "points": 50, "why": "A gift from us, because our answer took long."},
    "claim_late-outside": OUTSIDE | {"what": "", "due": "Wed 25 Nov", "day": "Thu 26 Nov", "points": 0, "why": ""},
    "claim_proposed": CLAIM
    | {
        "points": 45,
        "due": "Sun 22 Nov",
        "link": "https://club.example/claims/late/0b6a1f0e-5d4f-4a9e-9a43-0a1b2c3d4e5f",
    },
    "claim_closed": CLAIM | {"points": 1, "arrived": "Sun 22 Nov"},
    "export_ready": {"name": "Asha", "until": "Sun 29 Nov", "link": "https://club.example/you/export"},
    "closing_asked": {"name": "Asha", "day": "Sun 6 Dec", "link": "https://club.example/you/closing"},
    "closing_taken_back": {"name": "Asha", "link": "https://club.example/you"},
    "account_closed": {"name": "Asha"},
    "access_received": OUTSIDE | {"due": "Wed 25 Nov"},
    "access_answered": ANSWER,
    "access_answered-resolved": ANSWER | {"outcome": "approved", "words": "Your address is confirmed. Sign in again."},
    "access_answered-declined": ANSWER
    | {
        "outcome": "declined",
        "words": "We could not make sure that it is yours.",
        "rule": "We speak about a membership only with its owner.",
        "change": ["A letter from the address you joined with"],
    },
    "points_adjusted": ADJUSTED,
    "points_adjusted-taken": ADJUSTED
    | {"points": -1, "balance": 1239, "why": "A point was counted twice.", "agent": ""},
    "draft_lapsed": {
        "name": "Asha",
        "what": "Order of 6 Nov",
        "days": 30,
        "claim_by": "5 May 2027",
        "link": "https://club.example/claims/new",
    },
    "draft_lapsed-empty": {
        "name": "",
        "what": "",
        "days": 30,
        "claim_by": "",
        "link": "https://club.example/claims/new",
    },
    "friend_joined": {
        "name": "Asha",
        "friend": "B… K.",
        "points": 200,
        "due": "Tue 24 Nov",
        "link": "https://club.example/earn/friend",
    },
    "tier_reached": {
        "name": "Asha",
        "tier": "Gold",
        "status_points": 1510,
        "benefits": ["7 % off HEETS or TEREA", "Free next-day delivery over £30"],
        "following": "Platinum",
        "missing": 1490,
        "link": "https://club.example/",
    },
}


def sample(name: str, /, *, to: str = "asha@club.example", locale: str = "en_GB", **facts: Any) -> Letter:
    """Give the letter of that name, with some facts changed."""
    return Letter(name.partition("-")[0], to, SAMPLES[name] | facts, locale)
