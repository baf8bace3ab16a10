"""Lies about where it stands: another clause is cited, a locator is made up, half of it is of another clause."""

import random
import re
from collections.abc import Iterator
from typing import Final

from eval.lies_draft import Draft, put
from eval.lies_material import Pool, Truth, covered, document_of, pairs_of

_UNSUPPORTED: Final = 0.4
"""Share of shared pairs of characters below which sources do not say a sentence."""
_NEAREST: Final = 12
_SHORTEST_HALF: Final = 8
_NUMBERED = re.compile(r"[\u4e00-\u9fff]{2,6}〔\d{4}〕\d+号")
_LABEL = re.compile(
    r"第[一二三四五六七八九十]+条|[一二三四五六七八九十]+、(?:（[一二三四五六七八九十]+）)?|（[一二三四五六七八九十]+）"
)
_PART = re.compile(r"^([一二三四五六七八九十]+)、$")
_STATING: Final = (
    "根据{place}，{told}",
    "按照{place}的规定，{told}",
    "{place}明确，{told}",
    "{body}（见{place}）。",
)


def other_clause(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """The true sentence under one to three sentences of another clause on a matter near it."""
    near = pool.related(truth, _NEAREST)
    clauses = list(dict.fromkeys(one.clause_id for one in near))[:3]
    rng.shuffle(clauses)
    for clause_id in clauses:
        said = sorted(pool.of_clause[clause_id], key=lambda one: -len(truth.pairs & pairs_of(one)))
        sources = tuple(said[: rng.choice((1, 2, 3))])
        if max(covered(one, said) for one in (truth.sentence, *truth.quotes)) < _UNSUPPORTED:
            yield Draft(truth.sentence, f"引自 {truth.clause_id} → {clause_id}", sources)


def stated_locator(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """A clause number or 文号 told with it that is that of another clause or document."""
    for match in _NUMBERED.finditer(truth.sentence):
        if others := [one for one in _numbers(pool) if one != match[0]]:
            yield put(truth.sentence, *match.span(), rng.choice(others))
    own = pool.build.clause_by_id[truth.clause_id].label
    labels = sorted({one for one in _labels(pool) if one not in own and own not in one})
    number = pool.build.documents[document_of(truth.clause_id)].number
    numbers = [one for one in _numbers(pool) if one != number and one not in "".join(truth.quotes)]
    for places in (labels, numbers):
        if places:
            place = rng.choice(places)
            form = rng.choice(_STATING)
            body = truth.sentence.rstrip("。；")
            yield Draft(form.format(place=place, told=truth.sentence, body=body), f"∅ → {place}")


def _labels(pool: Pool) -> list[str]:
    found = (pool.build.clause_by_id[one].label for one in pool.of_clause)
    return [_PART.sub(r"第\1部分", label) for label in found if _LABEL.fullmatch(label)]


def _numbers(pool: Pool) -> list[str]:
    clusters = {document_of(one) for one in pool.of_clause}
    return sorted(number for one in clusters if (number := pool.build.documents[one].number))


def joined_halves(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """Half of it joined to what another clause says, of which only the first is cited."""
    near = [
        one
        for one in pool.related(truth, _NEAREST)
        if covered(one.sentence, [*pool.of_clause.get(truth.clause_id, ()), *truth.quotes]) < _UNSUPPORTED
    ]
    for other in rng.sample(near, min(2, len(near))):
        first, second = _halves(truth.sentence)[0], _halves(other.sentence)[1]
        if covered(second, truth.quotes) < _UNSUPPORTED:
            yield Draft(f"{first}，{second}。", f"接上 {other.clause_id}")
        whole = truth.sentence.rstrip("。；")
        yield Draft(f"{whole}，同时{other.sentence.rstrip('。；')}。", f"接上 {other.clause_id}")


def _halves(sentence: str) -> tuple[str, str]:
    """The sentence divided at the comma nearest its middle; twice the whole where a part would say nothing."""
    plain = sentence.rstrip("。；")
    commas = [match.start() for match in re.finditer("，", plain)]
    fit = [one for one in commas if _SHORTEST_HALF <= one <= len(plain) - _SHORTEST_HALF]
    if not fit:
        return plain, plain
    middle = min(fit, key=lambda one: abs(one - len(plain) / 2))
    return plain[:middle], plain[middle + 1 :]
