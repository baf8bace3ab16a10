"""The industries that clauses and enterprises name, as a hierarchy (corpus/lexicon/industries.yaml).

A condition on an industry is met by it and by what lies under it. An enterprise that names
only what lies above it may or may not be of it.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Literal

import yaml

from rag.settings import PROJECT_FOLDER

FILE: Final = PROJECT_FOLDER / "corpus" / "lexicon" / "industries.yaml"
Membership = Literal["inside", "perhaps", "outside"]
LONGEST_WORD: Final = 12


@dataclass(frozen=True)
class Industry:
    """One node: `under` what it lies, its GB/T 4754—2017 sections and divisions, how people call it."""

    name: str
    under: tuple[str, ...] = ()
    gb: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    """Words that mean it only where nothing else is written: 软件 as the answer to 行业, not in 买软件."""
    open: bool = False
    """Whether an enterprise is of it does not follow from its trade alone: 战略性新兴产业."""
    by_code: bool = False
    """A whole section of the classification (制造业): what lies in it is told by codes, whatever it lies under."""


@dataclass(frozen=True)
class Industries:
    """All nodes by name."""

    by_name: Mapping[str, Industry]

    @cached_property
    def above(self) -> Mapping[str, frozenset[str]]:
        """Every node with all that it lies under, itself included."""
        found: dict[str, frozenset[str]] = {}

        def climb(name: str) -> frozenset[str]:
            if name not in found:
                found[name] = frozenset({name}).union(*(climb(one) for one in self.by_name[name].under))
            return found[name]

        for name in self.by_name:
            climb(name)
        return found

    def membership(self, own: Iterable[str], asked: Iterable[str]) -> Membership:
        """Whether an enterprise of the industries `own` is of one of those `asked`."""
        wanted = list(asked)
        answers = {self._remembered(one, name) for one in own for name in wanted}
        return "inside" if "inside" in answers else "perhaps" if "perhaps" in answers else "outside"

    def _remembered(self, own: str, asked: str) -> Membership:
        if (own, asked) not in self._pairs:
            self._pairs[own, asked] = self.membership_of(own, asked)
        return self._pairs[own, asked]

    def membership_of(self, own: str, asked: str) -> Membership:
        """Software lies under 电子信息 but in no section of 制造业; 电子信息 as a whole may be either."""
        if own == asked:
            return "inside"
        if self.by_name[asked].by_code and (codes := self.codes[own]):
            of_it = [any(code.startswith(one) for one in self.by_name[asked].gb) for code in codes]
            if any(of_it):
                return "inside" if all(of_it) else "perhaps"
        elif asked in self.above[own]:
            return "inside"
        is_open = self.by_name[own].open or self.by_name[asked].open
        shared = any({own, asked} <= above for above in self.above.values())
        return "perhaps" if is_open or (shared and not self.by_name[asked].by_code) else "outside"

    @cached_property
    def _pairs(self) -> dict[tuple[str, str], Membership]:
        """What `membership_of` found so far."""
        return {}

    @cached_property
    def codes(self) -> Mapping[str, frozenset[str]]:
        """The codes of every node: its own, else those of all that lies under it."""
        return {
            name: frozenset(node.gb)
            or frozenset(
                code for one, above in self.above.items() if name in above for code in self.by_name[one].gb
            )
            for name, node in self.by_name.items()
        }

    def closeness(self, own: Iterable[str], asked: Iterable[str]) -> float:
        """How directly `asked` names one of `own`, 0..1: 1 the very node, less the more industries it takes in."""
        inside = [name for one in own for name in asked if name in self.above[one]]
        return max((1 / self.breadth[name] ** 0.5 for name in inside), default=0.0)

    @cached_property
    def breadth(self) -> Mapping[str, int]:
        """How many nodes lie in each, itself included."""
        return {name: sum(name in above for above in self.above.values()) for name in self.by_name}

    def named_in(self, text: str) -> tuple[str, ...]:
        """The narrowest industries whose name or words stand in `text`, longest words first taken.

        A word inside a longer one that was found is passed over; a node is left out
        where one under it was found too.
        """
        found: dict[str, None] = {}
        plain, place = _folded(text), 0
        if alone := self._alone.get(plain):
            return (alone,)
        while place < len(plain):
            for size in range(min(LONGEST_WORD, len(plain) - place), 0, -1):
                if names := self._by_word.get(plain[place : place + size]):
                    found.update(dict.fromkeys(names))
                    place += size
                    break
            else:
                place += 1
        return tuple(
            name for name in found if not any(name in self.above[other] - {other} for other in found)
        )

    @cached_property
    def _alone(self) -> Mapping[str, str]:
        return {_folded(word): name for name, node in self.by_name.items() for word in node.alone}

    @cached_property
    def _by_word(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for industry in self.by_name.values():
            for word in (industry.name, *industry.words):
                found[_folded(word)].append(industry.name)
        return {word: tuple(dict.fromkeys(names)) for word, names in found.items()}


@lru_cache(maxsize=1)
def industries() -> Industries:
    """The hierarchy as written."""
    rows = yaml.load(FILE.read_text(encoding="utf8"), Loader=yaml.CSafeLoader)
    nodes = (
        Industry(
            row["name"], tuple(row.get("under", ())), tuple(row.get("gb", ())), tuple(row.get("words", ())),
            tuple(row.get("alone", ())), bool(row.get("open", False)), bool(row.get("by_code", False)),
        )
        for row in rows
    )  # fmt: skip
    return Industries({node.name: node for node in nodes})


def _folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
