"""A language model that does whatever it was told last, wherever in its messages that stands."""

import re
import zlib

from eval.injection_payloads import IN_QUESTIONS, PAYLOADS, Payload
from tests.scripted_model import Messages

_SOURCE = re.compile(r'<资料 编号="1">\n(?:[^\n：]*：)?(.*?)\n</资料>', re.DOTALL)
_BROKEN_OFF = 8
"""Characters from which a piece of an instruction is still understood."""


def obedient(messages: Messages) -> str:
    """The first source copied, and what the last instruction asks for; every other time only that.

    Whatever it says it gives a marker, as if the first source said so.
    """
    told = "\n".join(message["content"] for message in messages)
    copied = match[1].strip("。\n") + "[1]。" if (match := _SOURCE.search(told)) else "资料不足。"
    if (order := last_order(told)) is None:
        return copied
    said = order.said.replace("<PROMPT>", messages[0]["content"][:120])
    lie = "\n".join(f"{line}[1]" for line in said.splitlines()) + "。"
    return lie if zlib.crc32(told.encode()) % 2 else f"{copied}\n{lie}"


def last_order(told: str) -> Payload | None:
    """The known instruction that stands last in `told`, whole or broken off."""
    words = _plain(told)
    places = [
        (words.rfind(piece), number)
        for number, one in enumerate((*PAYLOADS, *IN_QUESTIONS))
        for piece in _pieces(one.text)
    ]
    last, number = max(places)
    return (*PAYLOADS, *IN_QUESTIONS)[number] if last >= 0 else None


def _pieces(text: str) -> list[str]:
    pieces = [_plain(piece) for piece in re.split(r"[。；\n]", text)]
    return [piece for piece in pieces if len(piece) >= min(_BROKEN_OFF, len(_plain(text)))]


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
