"""Folding text for search, so that both databases find the same: no accents, no case, one space."""

import unicodedata


def fold(*texts: str) -> str:
    """Join texts and fold them: compatibility forms, accents and case make no difference."""
    flat = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    return " ".join("".join(char for char in flat if not unicodedata.combining(char)).split())


def like(word: str) -> str:
    """Give the LIKE pattern (escape character `!`) that finds `word` anywhere in folded text."""
    safe = fold(word).replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{safe}%"
