"""The words of a heading, and a name for a paragraph that has none."""

import re

_HEADING_LIMIT = 40
"""Characters: a longer first sentence is content, not a heading."""
_NAMED_FROM = 60
"""Characters of a paragraph's opening in which its name is looked for."""
_STATEMENT = re.compile(r"；|，.*\d|\d.*，")
_ITEM_NAME = re.compile(r"[\u4e00-\u9fff]")
_BRACKETED = re.compile(r"^[【〔\[（(]([^】〕\]）)]{1,20})[】〕\]）)]")


def heading_of(body: str, *, bracketed_only: bool) -> str:
    """The heading that opens a clause: a bracketed title, its first short sentence, or a line of its own.

    Articles have only the first kind: their first sentence is law, however short.
    """
    stripped = body.lstrip(" \t\u3000、.．:：")
    if bracketed := _BRACKETED.match(stripped):
        return bracketed[1]
    if bracketed_only:
        return ""
    line, _, after = stripped.partition("\n")
    sentence, stop, rest = line.partition("。")
    short = stop and len(sentence) <= _HEADING_LIMIT and sentence.count("“") == sentence.count("”")
    if short and (rest.strip() or after.strip()) and not _STATEMENT.search(sentence):
        return sentence.strip()
    if not stop and len(line) <= 2 * _HEADING_LIMIT and not line.rstrip().endswith(("：", "；", "，", "！")):
        return line.strip(" \u3000*#")
    return ""


def paragraph_name(body: str) -> str:
    """Name an unmarked paragraph by what it speaks of most: the longest run of its opening that recurs."""
    opening = re.split(r"[，。；：\n]", body.strip(), maxsplit=1)[0][:_NAMED_FROM]
    runs = {opening[i:j] for i in range(len(opening)) for j in range(i + 3, min(i + 9, len(opening)) + 1)}
    recurring = [run for run in runs if body.count(run) >= 2 and all(_ITEM_NAME.match(c) for c in run)]
    if not recurring:
        return opening[:20] or "段落"
    return max(recurring, key=lambda run: (body.count(run), len(run), -opening.find(run)))
