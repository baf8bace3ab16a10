"""Prompts for the language model: read from prompts/*.md, filled strictly, known by a hash.

A file holds what the model is told to do, a line `---`, and the message with slots like
{{question}}. Texts of documents and of users enter through slots alone, after `fenced`
has taken from them every sign that could end their fence; nothing of theirs is ever read
as a template.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from rag.errors import SettingsError
from rag.injection import HIDDEN
from rag.settings import PROJECT_FOLDER

FOLDER = PROJECT_FOLDER / "prompts"
_SLOT = re.compile(r"\{\{([a-z_]+)\}\}")
_RULE = "\n---\n"
_FULL_WIDTH = str.maketrans("<>{}", "＜＞｛｝")


@dataclass(frozen=True)
class Prompt:
    """One prompt: `system` says what to do, `message` is a template with slots."""

    name: str
    system: str
    message: str

    @cached_property
    def hash(self) -> str:
        """First 12 hexadecimal digits of the SHA-256 of the whole prompt."""
        return hashlib.sha256(f"{self.system}{_RULE}{self.message}".encode()).hexdigest()[:12]

    @cached_property
    def slots(self) -> frozenset[str]:
        """Names of the slots in the message."""
        return frozenset(_SLOT.findall(self.message))

    def filled(self, **values: str) -> str:
        """The message with every slot filled; what a value holds is never read as a slot.

        Raises:
            ValueError: a slot has no value, or a value has no slot.
        """
        if unequal := self.slots ^ set(values):
            raise ValueError(f"prompts/{self.name}.md: slots and values differ in {sorted(unequal)}")
        return _SLOT.sub(lambda match: values[match[1]], self.message)


@lru_cache
def prompt(name: str, folder: Path = FOLDER) -> Prompt:
    """The prompt prompts/<name>.md.

    Raises:
        SettingsError: the file is missing, has no line `---`, or a slot outside the message.
    """
    path = folder / f"{name}.md"
    try:
        system, rule, message = path.read_text(encoding="utf8").partition(_RULE)
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(
            f"读不了提示词 {path.name}：{problem}。请从安装包恢复 prompts/ 文件夹。"
        ) from problem
    if not rule or "{{" in system or "{{" in _SLOT.sub("", message):
        raise SettingsError(
            f"提示词 {path.name} 的格式不对：前面是说明，一行 ---，后面是带 {{{{名称}}}} 空位的消息。"
        )
    return Prompt(name, system.strip(), message.strip())


def fenced(texts: Sequence[str]) -> str:
    """Texts of documents, numbered from 1, each inside a fence that nothing in them can close."""
    return "\n".join(
        f'<资料 编号="{number}">\n{harmless(text)}\n</资料>' for number, text in enumerate(texts, start=1)
    )


def harmless(text: str) -> str:
    """The text without invisible characters, its angle brackets and braces in full width."""
    return HIDDEN.sub("", text).translate(_FULL_WIDTH)
