"""The one form in which references are compared: order numbers, serials, names of friends."""

import unicodedata


def normal_subject(text: str) -> str:
    """Give the form in which two spellings of one reference are the same: capitals and digits only.

    Width, case, spaces and signs make no difference: `№ 7041-8822` and `70418822` are one order.
    """
    if text.isascii():
        # The same, sooner: plain letters have one width and one spelling.
        return "".join(filter(str.isalnum, text.upper()))
    # Capitals may come apart into letter and accent, so the normal form is taken once more.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return "".join(character for character in folded if character.isalnum())
