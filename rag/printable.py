"""Text from outside without the characters that no file or message format takes."""

import re
from typing import Final

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """`text` without control characters (tabs and line ends stay) and halves of surrogate pairs."""
    return _UNPRINTABLE.sub("", text)
