"""What tests of addresses do again and again: ask for a link, and find it in the last letter to somebody."""

import re

from tests.page import Page
from tests.site import Site

LINK = re.compile(r"https://club\.example(/(?:email|email-undo|address)/[0-9a-f]+)")


def link_to(site: Site, email: str) -> str:
    """Give the path of the link in the last letter to an address."""
    letters = [letter for letter in site.letters if letter.to == email]
    found = LINK.search(letters[-1].text)
    assert found is not None, letters[-1].text
    return found[1]


def subjects(site: Site) -> list[tuple[str, str]]:
    return [(letter.to, letter.subject) for letter in site.letters]


def ask_email(browser: Site, email: str, status: int = 200) -> Page:
    return browser.open("accounts.change_email").submit(email=email, status=status)


def change_email(browser: Site, email: str) -> Page:
    """Ask for a new address and say yes there, in the same browser."""
    ask_email(browser, email)
    return browser.open(link_to(browser, email)).submit("Yes, use this address")


def add_address(browser: Site, email: str, status: int = 200) -> Page:
    return browser.open("accounts.show_addresses").submit(email=email, status=status)


def prove_address(browser: Site, email: str) -> Page:
    """Add an address and say yes there, in the same browser."""
    add_address(browser, email)
    return browser.open(link_to(browser, email)).submit("Yes, it is mine")
