"""The province that issued a document, read from its title and issuer."""

import re
from typing import Final

from rag.types import Document

HOME: Final = "四川"
_PROVINCE = re.compile(
    "(?:^|[〈《（(])(?:中国[（(])?(?:中共)?(?P<name>[\u4e00-\u9fff]{2,3}?)(?:省(?!政府|级|内)|(?:壮族|回族|维吾尔)?自治区|市(?=人民政府|委)|[）)]自由贸易)"
)


def province_of(document: Document) -> str:
    """Its name without 省: 四川, 贵州; empty when neither title nor issuer begins with one."""
    for text in (document.title, document.issuer or "", document.region or ""):
        if match := _PROVINCE.search(text):
            return match["name"]
    return HOME if HOME in f"{document.title}{document.issuer or ''}" else ""
