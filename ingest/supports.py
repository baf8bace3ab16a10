"""corpus/supports/*.yaml -> supports with their quotes found in the clauses, and what is wrong with the rest.

Each file holds supports of one policy (`<policy>.yaml` or `<policy>.<part>.yaml`). The
schema is ingest.support_files. Every quote must stand in its clause word for word, and every figure of a value, title or wording in it.
A clause whose figures were amended keeps its supports: its quotes and values take the new
figures over (ingest.refit).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.lint import Finding
from ingest.refit import refitted
from ingest.support_files import (
    WrittenAmount,
    WrittenCondition,
    WrittenExclusion,
    WrittenSupport,
    read_support_file,
)
from rag.figures import canonical_figures
from rag.industries import industries
from rag.quantities import QuantityError, read_quantity
from rag.regions import regions
from rag.settings import PROJECT_FOLDER
from rag.supports import (
    ORGANISATIONS,
    OWNERSHIPS,
    QUALIFICATIONS,
    QUANTITIES,
    SIZES,
    Amount,
    Condition,
    Exclusion,
    Quote,
    Support,
)
from rag.types import Clause, Document

FOLDER: Final = PROJECT_FOLDER / "corpus" / "supports"
_NAMES: dict[str, tuple[tuple[str, ...] | None, tuple[str, ...]]] = {
    # field -> (accepted values, None where they are looked up elsewhere; accepted tests)
    "industry": (None, ("within",)),
    "region": (None, ("in",)),
    "size": (SIZES, ("in",)),
    "qualifications": (QUALIFICATIONS, ("any_of",)),
    "ownership": (OWNERSHIPS, ("in",)),
    "organisation": (ORGANISATIONS, ("in",)),
    "above_scale": (("是",), ("is",)),
    "statement": ((), ("confirmed",)),
}
_COMPARISONS = ("at_least", "more_than", "at_most", "less_than")


@dataclass(frozen=True)
class Resolved:
    """The supports of a build, and what is wrong with those that were left out."""

    supports: tuple[Support, ...]
    findings: tuple[Finding, ...]


def resolve_supports(
    documents: Sequence[Document], clauses: Sequence[Clause], folder: Path = FOLDER
) -> Resolved:
    """The supports of `documents` with their quotes' places; a support with anything wrong is left out.

    Files of policies that are not among `documents` are passed over.
    """
    by_id = {document.id: document for document in documents}
    its_clauses = {clause.id: clause for clause in clauses}
    supports: dict[str, Support] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.yaml")):
        if (document := by_id.get(path.name.split(".")[0])) is None:
            continue
        file, problems = read_support_file(path)
        findings += problems
        for written in file.supports if file is not None else ():
            support, problems = _Resolver(document, its_clauses, path.name, written).resolve()
            findings += problems
            if support is not None and support.id in supports:
                findings.append(Finding(path.name, f"{written.id}：编号重复"))
            elif support is not None:
                supports[support.id] = support
    return Resolved(tuple(supports.values()), tuple(findings))


class _Resolver:
    """One support: its quotes found, its values checked. Findings are collected, not raised."""

    def __init__(
        self, document: Document, clauses: Mapping[str, Clause], file: str, written: WrittenSupport
    ) -> None:
        self.document, self.clauses, self.file, self.written = document, clauses, file, written
        self.problems: list[str] = []

    def resolve(self) -> tuple[Support | None, list[Finding]]:
        written, document = self.written, self.document
        quote, _ = self._quote(written.quote, "")
        support = Support(
            f"{document.id}/{written.id}", written.title, written.kind, written.needs, document.id, quote,
            tuple(self._condition(number, one) for number, one in enumerate(written.conditions, start=1)),
            self._amount(written.amount) if written.amount else None,
            written.department, written.opens, written.closes,
            tuple(self._exclusion(one) for one in written.exclusions),
        )  # fmt: skip
        clause = self.clauses.get(quote.clause_id)
        self._figures("标题", written.title, f"{clause.text if clause else ''}\n{document.title}")
        if written.department not in f"{document.issuer or ''}\n{document.text}":
            self.problems.append(f"文件里没有部门“{written.department}”")
        findings = [Finding(self.file, f"{written.id}：{problem}") for problem in self.problems]
        return (None if findings else support), findings

    def _quote(self, words: str, clause: str) -> tuple[Quote, Callable[[str], str]]:
        """The quote where it stands, and how a value written for it reads now."""
        clause_id = f"{self.document.id}#{clause or self.written.clause}"
        found = self.clauses.get(clause_id)
        fit = refitted(words, found.text) if found else None
        if found is None or fit is None:
            self.problems.append(
                f"{clause_id} 里没有这句话：{words}" if found else f"没有这一条：{clause_id}"
            )
            return Quote(clause_id, words, 0, 0), str
        start = found.start + fit.start
        return Quote(clause_id, fit.text, start, start + len(fit.text)), fit.value

    def _condition(self, number: int, written: WrittenCondition) -> Condition:
        quote, now = self._quote(written.quote, written.clause)
        wording = now(written.wording.replace(" ", ""))
        values = (
            tuple(now(value) for value in written.value) if written.field in QUANTITIES else written.value
        )
        self._figures("条件", wording, quote.text)
        if written.field in QUANTITIES:
            self._quantity(written.field, written.test, values, quote)
        else:
            self._names(written.field, written.test, values)
        return Condition(str(number), written.field, written.test, values, wording, quote)

    def _exclusion(self, written: WrittenExclusion) -> Exclusion:
        quote, now = self._quote(written.quote, written.clause)
        wording = now(written.wording.replace(" ", ""))
        self._figures("不能同时享受的", wording, quote.text)
        return Exclusion(wording, quote)

    def _quantity(self, field: str, test: str, values: tuple[str, ...], quote: Quote) -> None:
        if test not in _COMPARISONS or len(values) != 1:
            self.problems.append(f"{field} 应有一个数量和 {'、'.join(_COMPARISONS)} 之一")
        elif values[0] not in quote.text:
            self.problems.append(f"引文里没有 {values[0]}")
        else:
            self._read(values[0], QUANTITIES[field])

    def _names(self, field: str, test: str, values: tuple[str, ...]) -> None:
        accepted, tests = _NAMES[field]
        if field == "industry":
            accepted = tuple(industries().by_name)
        elif field == "region":
            accepted = (*regions().places(), *regions().kinds)
        if test not in tests:
            self.problems.append(f"{field} 的 test 应为 {'、'.join(tests)}")
        if unknown := set(values) - set(accepted or ()):
            self.problems.append(f"{field} 没有这个值：{'、'.join(sorted(unknown))}")
        if not values and field != "statement":
            self.problems.append(f"{field} 没有写值")

    def _amount(self, written: WrittenAmount) -> Amount:
        quote, now = self._quote(written.quote, written.clause)
        rate, fixed, cap, per = (now(one) for one in (written.rate, written.fixed, written.cap, written.per))
        if not (rate or fixed or cap):
            self.problems.append("金额里一个数也没有")
        for value, unit in ((rate, "%"), (fixed, "元"), (cap, "元")):
            if value:
                self._read(value, unit)
        for value in (rate, fixed, cap, per):
            if value not in quote.text:
                self.problems.append(f"金额的引文里没有 {value}")
        return Amount(quote, rate, written.of, fixed, cap, per)

    def _read(self, value: str, unit: str) -> None:
        try:
            read_quantity(value, unit)
        except QuantityError as problem:
            self.problems.append(str(problem))

    def _figures(self, what: str, text: str, source: str) -> None:
        if unknown := canonical_figures(text) - canonical_figures(source):
            self.problems.append(f"{what}里的数字 {'、'.join(sorted(unknown))} 不在引文里")
