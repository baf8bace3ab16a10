"""Whether a reader of the page sees an element's text: attributes and inline style only.

Style sheets are not read: what a class hides is often shown again by a script (tabs, 展开全文).
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from lxml.etree import _Element

_NOTHING: Final = re.compile(r"[+-]?0*\.?0*(?:px|pt|em|rem|ex|ch|cm|mm|in|pc|vw|vh|%)?")
_ABSOLUTE: Final = re.compile(r"\d*\.?\d+(?:px|pt|rem|cm|mm|in|pc|vw|vh)|(?:xx?-)?(?:small|large)|medium")
_FAR_AWAY: Final = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|pt|em|rem|%)")
_RGB: Final = re.compile(
    r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*(?:[,/]\s*(\d*\.?\d+%?)\s*)?\)"
)
_HEX: Final = re.compile(r"#([0-9a-f]{3,8})(?![0-9a-f])")
_WHITISH: Final = 0xF0
"""Of 255: a colour whose weakest channel is this strong cannot be read on white."""
_LOOKS: Final = {"style", "hidden", "color", "bgcolor", "background"}
"""Attributes that say how text looks."""
_NO_FILL: Final = {"", "none", "transparent", "inherit", "initial", "unset"}


@dataclass(frozen=True)
class Look:
    """What text at this place inherits."""

    invisible: bool = False
    no_size: bool = False
    white: bool = False
    filled: bool = False
    """A background other than white lies behind it."""

    @property
    def reason(self) -> str | None:
        """Why it is not seen: `hidden` or `white`; None when it is seen."""
        if self.invisible or self.no_size:
            return "hidden"
        return "white" if self.white and not self.filled else None


def declarations(element: _Element) -> dict[str, str]:
    """The inline style as property -> value, lower case; of a property said twice the last counts."""
    style = element.get("style")
    pairs = (part.partition(":") for part in style.lower().split(";")) if style else ()
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs if value}


def look_of(element: _Element, inherited: Look) -> Look | None:
    """How the text of `element` looks; None when the whole element is not shown."""
    if _LOOKS.isdisjoint(element.keys()):
        return inherited
    style = declarations(element)
    if element.get("hidden") is not None or _removed(style):
        return None
    look = inherited
    if visibility := style.get("visibility"):
        look = replace(look, invisible=visibility in {"hidden", "collapse"})
    size = style.get("font-size", "")
    if size and _NOTHING.fullmatch(size):
        look = replace(look, no_size=True)
    elif _ABSOLUTE.fullmatch(size):  # a relative size of nothing is still nothing
        look = replace(look, no_size=False)
    colour = style.get("color") or element.get("color", "").lower().strip()
    if colour and colour not in {"inherit", "currentcolor"}:
        look = replace(look, white=_is_white(colour) or _is_clear(colour))
    return _on_ground(look, element, style)


def _removed(style: dict[str, str]) -> bool:
    moved = style.get("position") in {"absolute", "fixed"} and (
        _FAR_AWAY.fullmatch(style.get("left", "")) or _FAR_AWAY.fullmatch(style.get("top", ""))
    )
    return bool(
        style.get("display") == "none"
        or _NOTHING.fullmatch(style.get("opacity", "1"))
        or _FAR_AWAY.fullmatch(style.get("text-indent", ""))
        or moved
    )


def _on_ground(look: Look, element: _Element, style: dict[str, str]) -> Look:
    if element.get("background") or "url(" in style.get("background-image", ""):
        return replace(look, filled=True)
    ground = style.get("background-color") or style.get("background") or element.get("bgcolor", "").lower()
    if ground.strip() in _NO_FILL or _is_clear(ground):
        return look
    return replace(look, filled="url(" in ground or not _is_white(ground))


def _channels(colour: str) -> tuple[int, ...]:
    """Red, green, blue of 255, and alpha where the colour says it; () for a colour by name."""
    if match := _RGB.search(colour):
        alpha = match[4] or "1"
        share = float(alpha[:-1]) / 100 if alpha.endswith("%") else float(alpha)
        return int(match[1]), int(match[2]), int(match[3]), round(share * 255)
    if match := _HEX.search(colour):
        digits = match[1] if len(match[1]) > 4 else "".join(digit * 2 for digit in match[1])
        return tuple(int(digits[start : start + 2], 16) for start in range(0, len(digits) - 1, 2))
    return ()


def _is_white(colour: str) -> bool:
    channels = _channels(colour)
    if len(channels) >= 3:
        return min(channels[:3]) >= _WHITISH
    return bool(re.search(r"\b(?:white|snow|ivory|ghostwhite|whitesmoke)\b", colour))


def _is_clear(colour: str) -> bool:
    channels = _channels(colour)
    return colour.strip() == "transparent" or (len(channels) > 3 and channels[3] == 0)
