"""Text in tables that spreadsheets open: shown, and never run."""

# What a spreadsheet takes for the beginning of a formula, in the wide forms of East Asian keyboards too.
FORMULA_SIGNS = frozenset("=+-@＝＋－＠")
# Some programs drop these and look at what comes behind.
FORMULA_BREAKS = frozenset("\t\r\n\0")


def harmless(text: str) -> str:
    """Give a text that a spreadsheet shows and never runs: an apostrophe goes in front of what looks like a formula."""
    begins = text.lstrip()[:1]
    if text[:1] in FORMULA_BREAKS or begins in FORMULA_SIGNS or begins in FORMULA_BREAKS:
        return f"'{text}"
    return text
