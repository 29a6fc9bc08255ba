"""What tests look at on the pages of this room."""

from tests.page import Page
from tests.proofreading import text_of


def summaries(page: Page) -> list[str]:
    """Give all lines of the history, without what they open."""
    return page.texts("summary.line")


def titles(page: Page) -> list[str]:
    return [line.split(" Why ", 1)[0] for line in summaries(page)]


def headings(page: Page) -> list[str]:
    return page.texts("h2")


def why(page: Page, title: str) -> str:
    """Give what a line says when it is opened."""
    [opened] = [
        text_of(why)
        for details in page.all("details")
        for summary, why in zip(details.query("summary"), details.query(".why"), strict=False)
        if title in text_of(summary)
    ]
    return opened


def key(page: Page) -> list[str]:
    return page.texts(".key li")


def lines(page: Page, heading: str) -> list[str]:
    """Give the lines under a heading."""
    return next(
        [text_of(line) for line in section.query(".line")]
        for section in page.all("section")
        if heading in {text_of(title) for title in section.query("h2")}
    )
