"""WordprocessingML as the readers need it: names, properties, and what of it is to be seen."""

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DELETED = {f"{W}del", f"{W}moveFrom"}
_TRANSPARENT = {
    f"{W}{name}"
    for name in ("ins", "moveTo", "hyperlink", "fldSimple", "smartTag", "customXml", "dir", "bdo")
}
"""Elements that only stand around what they contain."""
_LEFT_OUT = {
    "deleted": "有 {} 处修订删除的文字没有读入。",
    "hidden": "有 {} 处隐藏文字没有读入。",
    "white": "有 {} 处白底白字没有读入，请核对原文。",
    "contents": "目录没有读入（{} 处）。",
    "comment": "有 {} 条批注没有读入。",
    "picture": "有 {} 处图片或图表没有读入，其中的文字检索不到。",
    "embedded": "有 {} 处嵌入的文件没有读入，请另行入库。",
    "formula": "有 {} 个公式按一行文字读入，请核对原文。",
    "symbol": "有 {} 个字体符号没有对应的文字，没有读入。",
    "autonumber": "有 {} 处用域编的号没有读入，请核对原文。",
}


def warnings_of(left_out: Counter[str]) -> tuple[str, ...]:
    """What was left out as sentences, in the order of this module's list."""
    return tuple(sentence.format(left_out[key]) for key, sentence in _LEFT_OUT.items() if left_out[key])


def get(element: ElementTree.Element, name: str) -> str:
    """A w: attribute, empty when it is missing."""
    return element.get(f"{W}{name}", "")


def find(element: ElementTree.Element | None, path: str) -> ElementTree.Element | None:
    """The descendant at `path`: names without w:, parted by /."""
    return None if element is None else element.find("/".join(f"{W}{name}" for name in path.split("/")))


def value(element: ElementTree.Element | None, path: str) -> str | None:
    """w:val of the descendant at `path`, None when there is no such element."""
    found = find(element, path)
    return None if found is None else get(found, "val")


def is_on(element: ElementTree.Element | None) -> bool:
    """Whether an on/off property is there and on (ECMA-376 part 1, 17.17.4)."""
    return element is not None and element.get(f"{W}val", "true") not in {"0", "false", "off"}


def whole(text: str | None, default: int) -> int:
    """A whole number as an attribute gives it; `default` for anything else."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else default


def has_text(element: ElementTree.Element) -> bool:
    """Whether a reader of the page, or of its deleted parts, would see letters in `element`."""
    return any(
        text.text and text.text.strip() for name in ("t", "delText") for text in element.iter(f"{W}{name}")
    )


def visible_children(parent: ElementTree.Element, left_out: Counter[str]) -> Iterator[ElementTree.Element]:
    """The children as printed: insertions and controls opened, deletions and contents lists left out.

    Of markup in two versions, for newer and for older programs, only the newer one is seen:
    a text box is there twice.
    """
    for child in parent:
        if child.tag in _DELETED:
            left_out["deleted"] += has_text(child)
        elif child.tag in _TRANSPARENT:
            yield from visible_children(child, left_out)
        elif child.tag == f"{W}sdt":
            gallery = value(child, "sdtPr/docPartObj/docPartGallery")
            content = child.find(f"{W}sdtContent")
            if gallery == "Table of Contents":
                left_out["contents"] += 1
            elif content is not None:
                yield from visible_children(content, left_out)
        elif child.tag == f"{_MC}AlternateContent":
            branch = child.find(f"{_MC}Choice")
            branch = child.find(f"{_MC}Fallback") if branch is None else branch
            if branch is not None:
                yield from visible_children(branch, left_out)
        else:
            yield child
