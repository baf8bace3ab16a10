"""Where the reading of a policy stands: its scope, divisions, part and clause."""

from dataclasses import dataclass
from typing import NamedTuple

from rag.types import Clause

_DEPTH = {"编": 0, "篇": 0, "部分": 0, "分编": 1, "章": 2, "节": 3}


class Division(NamedTuple):
    """An open 编, 章 or 节: its number, its title, and its number with what tells it apart (第二章 第三节)."""

    label: str
    title: str
    locator: str


@dataclass
class Place:
    """The only thing that changes while the headings of a document are named in order."""

    scope: str = ""
    part: str = ""
    part_locator: str = ""
    divisions: tuple[Division, ...] = ()
    clause: str = ""
    """Number and title of the open （一） that only introduces the numbers 1. 2. below it."""
    above: Clause | None = None
    """The last clause that is no item: what the items that follow belong to."""

    def start_scope(self, scope: str) -> None:
        """Nothing of the scope before holds in the new one."""
        self.scope, self.part, self.part_locator, self.divisions, self.clause = scope, "", "", (), ""

    def start_division(self, label: str, title: str, *, restarting: bool) -> None:
        """Replace the divisions at and below the depth of `label` (第二章 ends 第一节)."""
        above = tuple(
            one for one in self.divisions if depth_of_division(one.label) < depth_of_division(label)
        )
        locator = f"{above[-1].locator} {label}" if restarting and above else label
        self.divisions = (*above, Division(label, title, locator))
        self.part, self.part_locator, self.clause = self.divisions_named(), "", ""

    def start_part(self, label: str, title: str, *, restarting: bool) -> None:
        """`restarting`: the division tells this 一、 from that of another one (第二章 一、)."""
        self.part = " / ".join(filter(None, (self.divisions_named(), f"{label}{title}")))
        self.clause = ""
        self.part_locator = f"{self.division_locator() if restarting else ''} {label}".strip()

    def divisions_named(self) -> str:
        """Numbers and titles of the open divisions: 第二章 示例 / 第三节 示例."""
        return " / ".join(f"{one.label} {one.title}".strip() for one in self.divisions)

    def part_and_clause(self) -> str:
        """What stands above a number 1. that runs on: 一、示例 / （一）示例."""
        return " / ".join(filter(None, (self.part, self.clause)))

    def division_locator(self) -> str:
        """What names the innermost open division; empty when there is none."""
        return self.divisions[-1].locator if self.divisions else ""


def depth_of_division(label: str) -> int:
    """How deep a division stands: 第一编 0, 第一章 2, 第一节 3."""
    return _DEPTH[label[-2:] if label[-2:] in _DEPTH else label[-1]]
