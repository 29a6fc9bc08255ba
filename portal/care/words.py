"""What the desk calls things: views, kinds, states, verdicts, and what happened to a claim."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts.rules import MemberState
from portal.activities.rules import Priced, Step, StepKind
from portal.care.rules import View
from portal.claims.lines import What
from portal.claims.queries.flags import FlagKind
from portal.claims.rules import ClaimKind, ClaimState, EvidenceKind
from portal.claims.rules.matching import Closeness
from portal.web import ui

STANDINGS = {
    MemberState.PENDING_EMAIL: _l("Address not confirmed"),
    MemberState.PENDING_PROFILE: _l("Profile missing"),
    MemberState.PENDING_AGE: _l("Age not confirmed"),
    MemberState.SUSPENDED: _l("Suspended"),
    MemberState.CLOSED: _l("Closed"),
}
VIEWS = {
    View.NEXT: _l("Next up"),
    View.MINE: _l("Mine"),
    View.OVERDUE: _l("Over time"),
    View.TODAY: _l("Due today"),
    View.NEEDS_INFO: _l("Waiting for member"),
    View.APPROVAL: _l("Waiting for approval"),
    View.PARKED: _l("Parked"),
    View.ALL: _l("All open"),
    View.DECIDED: _l("Decided"),
}
NOTHING_IN = {
    View.NEXT: _l("Nothing waits. Every claim is answered."),
    View.MINE: _l("You hold no claim. Take the next one."),
    View.OVERDUE: _l("Nothing is over time."),
    View.TODAY: _l("Nothing more is due today."),
    View.NEEDS_INFO: _l("We wait for no member."),
    View.APPROVAL: _l("Nothing waits for a second person."),
    View.PARKED: _l("Nothing is parked."),
    View.ALL: _l("No claim is open."),
    View.DECIDED: _l("Nothing is decided yet."),
}
KINDS = {
    ClaimKind.MISSING: _l("Missing"),
    ClaimKind.WRONG_AMOUNT: _l("Amount"),
    ClaimKind.UNEXPECTED_REVERSAL: _l("Taken back"),
    ClaimKind.BALANCE_DIFFERS: _l("Balance"),
    ClaimKind.TECHNICAL: _l("Technical"),
    ClaimKind.ACCESS: _l("Access"),
}
KINDS_IN_FULL = {
    ClaimKind.MISSING: _l("Missing points"),
    ClaimKind.WRONG_AMOUNT: _l("Wrong number of points"),
    ClaimKind.UNEXPECTED_REVERSAL: _l("Points taken back"),
    ClaimKind.BALANCE_DIFFERS: _l("Balance differs"),
    ClaimKind.TECHNICAL: _l("Technical fault"),
    ClaimKind.ACCESS: _l("Cannot get in"),
}
STATES = {
    ClaimState.PARKED: _l("Parked"),
    ClaimState.SUBMITTED: _l("Waits for an agent"),
    ClaimState.IN_REVIEW: _l("In review"),
    ClaimState.NEEDS_INFO: _l("Waits for the member"),
    ClaimState.AWAITING_APPROVAL: _l("Waits for a second person"),
    ClaimState.APPROVED: _l("Approved"),
    ClaimState.PART_APPROVED: _l("Approved in part"),
    ClaimState.DECLINED: _l("Declined"),
    ClaimState.DUPLICATE: _l("Closed as a duplicate"),
    ClaimState.EXPIRED: _l("Closed without an answer"),
    ClaimState.RESOLVED: _l("Settled by itself"),
    ClaimState.WITHDRAWN: _l("Taken back by the member"),
}
VERDICTS = {
    "approve": _l("Approve"),
    "part": _l("In part"),
    "decline": _l("Decline"),
    "duplicate": _l("Duplicate"),
    "ask": _l("Ask"),
}
# Whoever cannot get in is helped or not; points and questions have no place there.
ACCESS_VERDICTS = {
    "approve": _l("Resolved"),
    "decline": _l("Decline"),
}
# The keys of the desk; static/js/desk.js presses what carries them.
VERDICT_KEYS = {"approve": "1", "duplicate": "2", "decline": "3", "ask": "I"}
FOUND = {
    Closeness.SURE: _l("Match"),
    Closeness.NEAR: _l("Near match"),
    Closeness.NONE: _l("Nothing"),
}
EVIDENCE = {
    EvidenceKind.RECEIPT: _l("Receipt"),
    EvidenceKind.ORDER_CONFIRMATION: _l("Order confirmation"),
    EvidenceKind.PURCHASE_HISTORY: _l("Purchase history"),
    EvidenceKind.BALANCE: _l("Balance"),
    EvidenceKind.OTHER: _l("Picture"),
}
FLAGS = {
    FlagKind.SAME_FILE: _l("The same file came with another claim"),
    FlagKind.SAME_PICTURE: _l("The same picture, saved anew, came with another claim"),
    FlagKind.NOT_COMPARED: _l("Not compared with other pictures yet"),
}
HAPPENED = {
    What.SENT: _l("%(who)s sent the claim"),
    What.PARKED: _l("%(who)s sent the claim before its points were due: parked"),
    What.OPENED: _l("Its day came and its points did not: in the queue"),
    What.CAME_SHORT: _l("Fewer points came than were asked for: in the queue"),
    What.TAKEN: _l("%(who)s took it"),
    What.RELEASED: _l("%(who)s gave it back"),
    What.LEASE_OVER: _l("Back in the queue, in its old place"),
    What.SKIPPED: _l("%(who)s passed it over"),
    What.MESSAGE: _l("%(who)s wrote"),
    What.NOTE: _l("%(who)s noted"),
    What.ASKED: _l("%(who)s asked for one thing"),
    What.ANSWERED: _l("%(who)s answered"),
    What.PASSED_UP: _l("%(who)s passed it to a second person"),
    What.SENT_BACK: _l("%(who)s sent it back"),
    What.APPROVED: _l("%(who)s approved it"),
    What.PART_APPROVED: _l("%(who)s approved it in part"),
    What.DECLINED: _l("%(who)s declined it"),
    What.DUPLICATE: _l("%(who)s closed it as a duplicate"),
    What.RESOLVED: _l("Its points arrived by themselves"),
    What.EXPIRED: _l("No answer came in time: closed"),
    What.WITHDRAWN: _l("%(who)s took the claim back"),
    What.LATE: _l("The member was told that our answer is late, with a new day"),
}


def state_words(kind: ClaimKind | None, state: ClaimState) -> str:
    """Say how a claim stands; one about getting in is not approved but resolved."""
    if kind is ClaimKind.ACCESS and state is ClaimState.APPROVED:
        return _("Resolved")  # type: ignore[no-any-return]
    return str(STATES[state])


def happened(kind: ClaimKind | None, what: What, who: str) -> str:
    """Say what somebody did to a claim."""
    if kind is ClaimKind.ACCESS and what is What.APPROVED:
        return _("%(who)s closed it as resolved", who=who)  # type: ignore[no-any-return]
    return str(HAPPENED[what]) % {"who": who}


def sum_of(priced: Priced) -> str:
    """Write how the rule comes to its points, such as "£75.00 gives 75, × 2 = 150"."""
    return ", ".join(_step(step) for step in priced.steps) + "."


def _step(step: Step) -> str:
    points = ui.points(step.points)
    words: str
    match step.kind:
        case StepKind.AMOUNT:
            words = _("%(amount)s gives %(points)s", amount=ui.money(step.amount_minor or 0), points=points)
        case StepKind.EXCLUDED:
            amount = ui.money(int(step.value))
            words = _("%(amount)s does not count (%(what)s)", amount=amount, what=step.label)
        case StepKind.FIXED:
            words = _("%(points)s for each", points=points)
        case StepKind.MINIMUM:
            words = _("below %(amount)s it gives nothing", amount=ui.money(int(step.value)))
        case StepKind.MULTIPLIER:
            words = _("× %(factor)s = %(points)s (%(why)s)", factor=step.value, points=points, why=step.label)
        case StepKind.BONUS:
            words = _("+ %(bonus)s = %(points)s (%(why)s)", bonus=step.value, points=points, why=step.label)
        case StepKind.MISSED:
            words = _("%(why)s only from %(amount)s on", why=step.label, amount=ui.money(int(step.value)))
        case StepKind.CAP:
            words = _("at the most %(points)s", points=points)
        case StepKind.MEMBER_CAP:
            had = ui.points(step.granted or 0)
            words = _("%(points)s, because the member had %(had)s already", points=points, had=had)
        case _:
            words = _undone(step)
    return words


def _undone(step: Step) -> str:
    """Write what a return or a cancellation did."""
    if step.kind is StepKind.CANCELLED:
        return _("cancelled")  # type: ignore[no-any-return]
    points = ui.points(step.points)
    if step.kind is StepKind.TAKEN_BEFORE:
        taken = ui.points(int(step.value))
        return _("less %(taken)s taken before = %(points)s", taken=taken, points=points)  # type: ignore[no-any-return]
    if step.unit_minor is None:
        return _("all of it went back")  # type: ignore[no-any-return]
    back, whole = ui.money(step.amount_minor or 0), ui.money(step.unit_minor)
    return _("%(back)s of %(whole)s went back = %(points)s", back=back, whole=whole, points=points)  # type: ignore[no-any-return]


def alarm_title(kind: str) -> str:
    """Say what is wrong; a kind without words of its own gives its name."""
    titles: dict[str, str] = {
        "append-only triggers": _("The database no longer refuses to change what must never change"),
        "cached balances": _("Balances differ from their lines"),
        "sequences": _("Lines of a history are missing"),
        "running balances": _("Balances beside the lines do not add up"),
        "tiers": _("Tiers do not follow from the points"),
        "points whose time is over": _("Points have lapsed and still count"),
        "orphans": _("Rows name others that do not exist"),
        "sign_in_failures": _("Far more sign-ins fail than usual"),
        "letters": _("Letters are late or were given up"),
        "expected points": _("Points are due and were not posted"),
    }
    return titles.get(kind, kind)
