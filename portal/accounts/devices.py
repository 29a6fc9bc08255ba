"""Names for browsers that a person recognises; read once, when a session begins."""

from ua_parser import parse

LONGEST_AGENT = 512


def device_name(user_agent: str) -> str:
    """Give "Chrome on Android" and the like; what cannot be read is a browser."""
    found = parse(user_agent[:LONGEST_AGENT])
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "A browser"
