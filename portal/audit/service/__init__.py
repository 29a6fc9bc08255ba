"""The verbs of the log: write a line, seal the lines, check the chain."""

from portal.audit.service.chain import Check, seal_waiting, verify
from portal.audit.service.lines import Actor, Where, erase_personal, record

__all__ = ["Actor", "Check", "Where", "erase_personal", "record", "seal_waiting", "verify"]
