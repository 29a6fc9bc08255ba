"""The verdict form as an agent first sees it: what the rule computes, and the reply that goes with it."""

from uuid import UUID

from werkzeug.datastructures import MultiDict

from portal.care import replies
from portal.care.forms import GIVING, DecideForm
from portal.care.queries.claim import Sheet
from portal.care.screen import Bench
from portal.claims.rules.matching import Closeness


def chosen_event(args: MultiDict[str, str]) -> UUID | None:
    """Read which message of the shop somebody has chosen."""
    try:
        return UUID(args.get("event", ""))
    except ValueError:
        return None


def prefilled(sheet: Sheet, bench: Bench, args: MultiDict[str, str]) -> DecideForm:
    """Fill a fresh form; the address may name verdict, points, reason and reply, so that all works without scripts."""
    form = DecideForm(sheet.kind, formdata=None)
    if form.verdict.data or form.reply.data:
        return form
    key = args.get("reply") or args.get("template", "")
    reply = replies.reply_called(key, sheet)
    wanted = args.get("verdict", "")
    verdict = reply.verdict if reply else wanted if wanted in form.verdicts else default_verdict(sheet, bench)
    form.verdict.data = verdict or None
    form.reason.data = (reply.reason if reply and reply.reason else None) or args.get("reason", "")
    form.points.show(bench.worth.points)
    if args.get("points"):
        form.points.process_formdata([args["points"]])
    if args.get("ask"):
        form.ask.data = args["ask"]
    form.note.data = ""
    if "template" in args and not key:
        form.reply.data = ""
    else:
        write_reply(form, sheet, key=reply.key if reply else "")
    return form


def default_verdict(sheet: Sheet, bench: Bench) -> str:
    """Choose the verdict only where the match is sure and the rule gives points; otherwise a person chooses."""
    worth = bench.worth
    if worth.closeness is not Closeness.SURE or not worth.points:
        return ""
    return "part" if sheet.asked_points and worth.points < sheet.asked_points else "approve"


def write_reply(form: DecideForm, sheet: Sheet, *, key: str = "") -> None:
    """Put the words of a template into the form: the one called, or the one its verdict and reason begin with."""
    reply = replies.reply_called(key, sheet)
    if reply is None:
        reply = replies.first_for(form.verdict.data or "", sheet, reason=form.reason.data or "")
    form.template.data = reply.key if reply else ""
    form.filled.data = str(form.granted)
    form.reply.data = replies.fill(reply, sheet, form.granted) if reply else ""


def is_as_filled(form: DecideForm, sheet: Sheet) -> bool:
    """Tell whether the reply is still the template's, word by word, with the points it was filled with."""
    reply = replies.reply_called(form.template.data or "", sheet)
    if reply is None or not (form.reply.data or ""):
        return False
    filled = form.filled.data or ""
    points = int(filled) if filled.isascii() and filled.isdigit() and len(filled) < 10 else 0  # noqa: PLR2004
    return form.reply.data == replies.fill(reply, sheet, points)


def settle_reply(form: DecideForm, sheet: Sheet) -> bool:
    """Bring an untouched template up to the points that are really given; False when it is for another verdict.

    A question takes no template's words along: nobody meant them for it.
    """
    if not is_as_filled(form, sheet):
        return True
    verdict = form.verdict.data or ""
    reply = replies.reply_called(form.template.data or "", sheet)
    if reply is not None and reply.verdict == verdict:
        write_reply(form, sheet, key=reply.key)
        return True
    if verdict in {*GIVING, "decline", "duplicate"}:
        write_reply(form, sheet)
        return False
    form.reply.data = ""
    return True
