"""One text -> the separate questions in it: two asked at once, and the one that a pasted page ends with."""

import re
from typing import Final

from rag.understand import has_content

ABOUT: Final = 14
"""Characters of a first clause that names what two questions are about."""
LONGEST: Final = 200
"""Characters of a question; what is longer was pasted, and asks with its last question."""
_SPLIT = re.compile(r"[?;。]|,(?=(?:另外|还有|同时|以及|配套|再问|顺便|那么?|又))")
_ASKING = re.compile(r"什么|啥|哪|多少|几|怎|咋|如何|吗|么|有没有|是否|谁|何")
_PAIR = re.compile(
    r"^([^,?]{3,24}?)(?:,?以及|和|与|跟|、)([^,?、和与跟]{3,24}?)(?=,?(?:各|分别|这?两(?:方面|块|个方面|项|者)))"
)
_ENDS_ASKING = re.compile(
    r"(?:多少|什么|哪些|吗|么|怎么(?:办|发展|做|弄|建|搞)|如何[\u4e00-\u9fff]{2})[?。]?$"
)
_TWO_SIDES = re.compile(r"^(?P<before>[^,?]{0,12}?),?一方面(?P<one>[^?]+?),?另一方面(?P<other>[^?]+)")
_SEVERAL = re.compile(r"[两俩三四几]件事[:,]?(?P<rest>.+)$")
_OF_EACH = re.compile("各(?![类种地级项个方])|分别|(?<![哪那这])两(?:边|种|个|者|份|部|套|头|样|摊子?事)")
_COMPARED = re.compile("(?:哪个|哪边|谁)(?:的)?(?P<what>[^,?]{1,6}?)(?:更)?(?:高|多|大|长|早|低|少)$")
_TWO_YEARS = re.compile(
    "(?P<one>20\\d\\d年)(?:和|与|跟|、|到)(?P<other>20\\d\\d年)(?=[^?]{0,6}?(?:各|分别|两))"
)
_JOINED = re.compile("^(?P<one>[^,]{3,24}?)(?:,?(?:和|跟|与|还有|同|、|还是))(?P<other>[^,]{3,24})$")
_HOW_MUCH = re.compile("多少|几(?:个|家|成|项|条|年|多)|多大|多高|多长|哪[些个几]|什么|啥")
MAXIMUM_PARTS = 4
"""Separate questions answered together; more would not fit one readable answer."""


def sub_questions(text: str) -> tuple[str, ...]:
    """The separate questions of a normalised question; the whole text when it asks one thing.

    Cut at question marks and semicolons, before 另外, 同时, 以及…, and, where 各 or 分别 asks of
    two things at once, between the two. Of a pasted page the last question alone is asked.
    """
    pieces = [piece.strip(" ,。") for piece in _SPLIT.split(text)]
    pieces = [piece for piece in pieces if has_content(piece)]
    if len(text) > LONGEST and pieces:
        return (next((piece for piece in reversed(pieces) if _ASKING.search(piece)), pieces[-1]),)
    if each := _of_each(text.rstrip("?。")):
        return each
    clauses = [part for part in text.split(",") if len(part) >= 5]
    if len(clauses) > 1 and all(_ENDS_ASKING.search(part) for part in clauses):
        return tuple(clauses[:MAXIMUM_PARTS])
    if len(pieces) > 1 and sum(bool(_ASKING.search(piece)) for piece in pieces) > 1:
        return tuple(pieces[:MAXIMUM_PARTS])
    if sides := _TWO_SIDES.search(text):
        return (f"{sides['before']}{sides['one']}", f"{sides['before']}{sides['other']}")
    if (several := _SEVERAL.search(text)) and "," in several["rest"]:
        asked = [piece for piece in re.split("[,;。]", several["rest"]) if len(piece) >= 4]
        return tuple(asked[:MAXIMUM_PARTS])
    if pair := _PAIR.search(text):
        tail = text[pair.end(2) :]
        return (f"{pair[1]}{tail}", f"{pair[2]}{tail}")
    return (text,)


def _of_each(text: str) -> tuple[str, ...]:
    """One question each for two years, or for two things that the last clause asks of both; nothing otherwise."""
    if years := _TWO_YEARS.search(text):
        return tuple(
            _OF_EACH.sub("", f"{text[: years.start()]}{year}{text[years.end() :]}")
            for year in (years["one"], years["other"])
        )
    *before, last = text.split(",")
    asked = [clause for clause in (*before, last) if _HOW_MUCH.search(clause)]
    if len(asked) == 2 and len(before) == 2 and before[0] not in asked and len(before[0]) <= ABOUT:
        return tuple(f"{before[0]},{clause}" for clause in asked)
    compared = _COMPARED.search(last)
    if not before or not (_OF_EACH.search(last) or compared):
        return ()
    tail = _OF_EACH.sub(
        "", last if compared is None else f"{last[: compared.start()]}{compared['what']}是多少"
    )
    if joined := _JOINED.search(before[-1]):
        sides, topic = (joined["one"], joined["other"]), before[:-1]
    elif len(before) >= 2:
        sides, topic = (before[-2], before[-1].lstrip("和跟与")), before[:-2]
    else:
        return ()
    return tuple(",".join([*topic, side, tail]) for side in sides)
