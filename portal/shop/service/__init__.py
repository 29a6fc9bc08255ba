"""The verbs for systems that send us messages, and for the messages."""

from portal.shop.service.clients import add_client, disable_client, make_key, used_key
from portal.shop.service.messages import Stand, Taken, answer_message, forget_messages, let_go, take_message

__all__ = [
    "Stand",
    "Taken",
    "add_client",
    "answer_message",
    "disable_client",
    "forget_messages",
    "let_go",
    "make_key",
    "take_message",
    "used_key",
]
