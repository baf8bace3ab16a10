"""The numbers a browser writes before the items of an ordered list."""

import re
from typing import Final

from lxml.etree import _Element

from ingest.formats.html_style import declarations
from ingest.formats.numbering import write_counter

_KINDS: Final = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
}
_DECIMAL: Final = ("decimal", "{}. ")
_CHINESE: Final = ("chineseCountingThousand", "{}、")
_STYLES: Final = {
    "decimal": _DECIMAL,
    "decimal-leading-zero": ("decimalZero", "{}. "),
    "lower-alpha": ("lowerLetter", "{}. "),
    "lower-latin": ("lowerLetter", "{}. "),
    "upper-alpha": ("upperLetter", "{}. "),
    "upper-latin": ("upperLetter", "{}. "),
    "lower-roman": ("lowerRoman", "{}. "),
    "upper-roman": ("upperRoman", "{}. "),
    "cjk-ideographic": _CHINESE,
    "simp-chinese-informal": _CHINESE,
    "trad-chinese-informal": _CHINESE,
    "cjk-decimal": ("ideographDigital", "{}、"),
    "none": ("none", ""),
}
"""list-style-type (CSS Counter Styles 3) -> number format and what stands around the number."""
_EDITOR: Final = {
    "custom_num": _DECIMAL,
    "custom_num1": ("decimal", "{}）"),
    "custom_num2": ("decimal", "（{}）"),
    "custom_cn": _CHINESE,
    "custom_cn1": ("chineseCountingThousand", "{}）"),
    "custom_cn2": ("chineseCountingThousand", "（{}）"),
}
"""Classes of the editor UEditor, which content systems of government sites carry; its own names for
them are 1,2,3 / 1),2),3) / (1),(2),(3) / 一,二,三 / 一),二),三) / (一),(二),(三)."""
_NUMBERED: Final = re.compile(
    r"[（(]?(?:\d{1,3}|[一二三四五六七八九十百]{1,4})(?:[）)、．]|\.(?!\d))|[①-⑳⑴-⒛㈠-㈩]|第[一二三四五六七八九十百\d]{1,4}[条章节款项]"
)
_LARGEST: Final = 10**6


class OrderedList:
    """Counts the items of one `<ol>`."""

    def __init__(self, element: _Element) -> None:
        self._default = _style_of(element) or _STYLES[_KINDS.get(element.get("type", ""), "decimal")]
        self._step = -1 if element.get("reversed") is not None else 1
        items = sum(child.tag == "li" for child in element)
        self._next = _whole(element.get("start"), items if self._step < 0 else 1)

    def mark(self, item: _Element) -> str:
        """What stands before the text of `item`, the next one of the list."""
        number = _whole(item.get("value"), self._next)
        self._next = number + self._step
        kind = _KINDS.get(item.get("type", ""))
        number_format, around = _style_of(item) or (_STYLES[kind] if kind else self._default)
        return around.format(write_counter(number, number_format))


def marked(mark: str, text: str) -> str:
    """`text` behind `mark`, or alone where its writer numbered it as well."""
    return text if _NUMBERED.match(text) else mark + text


def _style_of(element: _Element) -> tuple[str, str] | None:
    for name in element.get("class", "").split():
        if name in _EDITOR:
            return _EDITOR[name]
    style = declarations(element)
    words = f"{style.get('list-style-type', '')} {style.get('list-style', '')}".split()
    return next((_STYLES[word] for word in words if word in _STYLES), None)


def _whole(text: str | None, otherwise: int) -> int:
    match = re.fullmatch(r"\s*([+-]?\d{1,9})\s*", text or "")
    return max(-_LARGEST, min(_LARGEST, int(match[1]))) if match else otherwise
