"""The verbs for systems that send us messages, and for the messages."""

from portal.shop.service.clients import add_client, disable_client, make_key, used_key
from portal.shop.service.imports import FileLine, Run, finish_run, open_run, take_lines
from portal.shop.service.messages import Stand, Taken, answer_message, forget_messages, let_go, take_message

__all__ = [
    "FileLine",
    "Run",
    "Stand",
    "Taken",
    "add_client",
    "answer_message",
    "disable_client",
    "finish_run",
    "forget_messages",
    "let_go",
    "make_key",
    "open_run",
    "take_lines",
    "take_message",
    "used_key",
]
