"""Lies with figures and dates: each figure looks like one of the matter, and mostly is one."""

import random
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Final

from eval.lies_draft import Draft, put, words_put
from eval.lies_material import Pool, Truth
from eval.metamorphic_figures import Figure, figures_in, other_figure
from rag.figures import canonical_figures
from rag.numerals import write_number

_UNITS: Final = {
    "万元": "亿元", "亿元": "万元", "万亿元": "亿元", "元": "万元", "万户": "户", "万千瓦": "亿千瓦", "万家": "家",
    "个月": "年", "年": "个月", "小时": "天", "%": "‰",
}  # fmt: skip
_COUNTS: Final = "一二三四五六七八九"
_COUNTED = re.compile(
    r"(?<![一二三四五六七八九十百千万第之进再同])([三四五六七八九])(?=大[行优重支板类]|类[^型]|级[^高以]|项[^目]|年[^内度]|个|方面|条|期)"
)
_WRITTEN = re.compile(
    r"(?<=百分之)[一二三四五六七八九]|(?<![一二三四五六七八九十百千万])[一二三四五六七八九](?=[百千]?[万亿]元|成[左，。、])"
)
_YEAR = re.compile(r"(?<![\d〔.])(20[0-4]\d)(?=\s?年|-\d\d)")
_MONTH = re.compile(r"(?<=年)(\d{1,2})(?=月)")
_DAY = re.compile(r"(?<=-)(\d\d)(?!-|\d)|(?<=月)(\d{1,2})(?=日)")
_PART = re.compile("[，、；。]")
_BEFORE: Final = {
    "(?:最高)?不超过": ("不低于", "", "超过"),
    "最高": ("最低", "", "至少"),
    "(?:不|不得)(?:低于|少于|小于)": ("不超过", "", "最高"),
    "(?<!不)超过|突破|(?<![不高])超(?=\\d)": ("不足", "低于", "不超过"),
    "约|近(?=\\d[\\d.]*[万亿户])": ("", "超过", "不超过"),
    "力争达到": ("最多达到",),
}  # fmt: skip
_AFTER: Final = {
    "(?:及)?以上": ("", "以下", "以内"),
    "左右": ("", "以上"),
    "(?:及)?以下|以内": ("以上", ""),
}
_FIGURE_NEXT: Final = r"(?=\s?\d)"
_FIGURE_BEFORE: Final = r"(?<=[\d%％元家人个户亿项部里场户期米瓦次])"
LIMITS: Final = {f"(?:{word}){_FIGURE_NEXT}": new for word, new in _BEFORE.items()} | {
    f"{_FIGURE_BEFORE}(?:{word})": new for word, new in _AFTER.items()
}


def wrong_figure(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """A figure of another clause, another digit, ten times as much, 万 for 亿, five of six."""
    for figure in (one for one in figures_in(truth.sentence) if not one.ranged):
        others = [_of_elsewhere(figure, truth, pool, rng), other_figure(figure, _stated(truth), truth.id)]
        others += [_ten_times(figure), _rescaled(figure), _spelt(others[1])]
        for other in rng.sample(others, len(others)):
            if other and not canonical_figures(other) & _stated(truth):
                yield put(truth.sentence, figure.start, figure.end, other)
    for match in _WRITTEN.finditer(truth.sentence):
        other = rng.choice([one for one in _COUNTS if one != match[0]])
        yield put(truth.sentence, *match.span(), other)
    for match in _COUNTED.finditer(truth.sentence):
        other = rng.choice([one for one in _COUNTS[2:] if one != match[1]])
        yield put(truth.sentence, *match.span(1), other)


def _stated(truth: Truth) -> frozenset[str]:
    """Figures that the true sentence or its quotes state of anything."""
    return canonical_figures("\n".join((truth.sentence, *truth.quotes)))


def _of_elsewhere(figure: Figure, truth: Truth, pool: Pool, rng: random.Random) -> str | None:
    """A figure of the same unit from the same clause or, where it has none, from another."""
    beside = "".join(one for one in pool.of_clause.get(truth.clause_id, ()) if one not in truth.quotes)
    for texts in ([beside], [one.sentence for one in pool.related(truth, 40)]):
        found = [one.text for text in texts for one in figures_in(text) if _alike(one, figure)]
        if free := [one for one in found if not canonical_figures(one) & _stated(truth)]:
            return rng.choice(free)
    return None


def _alike(one: Figure, other: Figure) -> bool:
    return one.unit.strip() == other.unit.strip() and not one.ranged and one.canonical != other.canonical


def _ten_times(figure: Figure) -> str | None:
    value = Decimal(figure.number.replace(",", "")) * 10
    return None if "%" in figure.unit and value > 100 else f"{value.normalize():f}{figure.unit}"


def _rescaled(figure: Figure) -> str | None:
    unit = _UNITS.get(figure.unit.strip())
    return f"{figure.number}{unit}" if unit else None


def _spelt(figure: str | None) -> str | None:
    """45% -> 百分之四十五, as a model likes to write."""
    share = re.fullmatch(r"(\d+)\s?[%％]", figure or "")
    return f"百分之{write_number(int(share[1]))}" if share else None


def other_indicator(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """A 45 %, B 30 % -> A 30 %: the figure is right, of something else that is cited as well."""
    figures = [one for one in figures_in(truth.sentence) if not one.ranged]
    for figure in figures:
        for other in (one for one in figures if _alike(one, figure)):
            changed = put(truth.sentence, figure.start, figure.end, other.text)
            yield _shortened(truth.sentence, figure, other, changed) if rng.random() < 0.6 else changed
    beside = [one for one in pool.of_clause.get(truth.clause_id, ()) if one not in truth.quotes]
    for figure in figures:
        for sentence in beside:
            for other in (one for one in figures_in(sentence) if _alike(one, figure)):
                if other.canonical not in _stated(truth):
                    changed = put(truth.sentence, figure.start, figure.end, other.text)
                    yield changed._replace(sources=(*truth.quotes[:2], sentence))


def _shortened(sentence: str, figure: Figure, other: Figure, changed: Draft) -> Draft:
    """Only as far as the item told, so that the other figure does not stand there twice."""
    if other.start < figure.start:
        return changed
    end = _PART.search(changed.sentence, figure.start + len(other.text))
    return changed._replace(sentence=changed.sentence[: end.start()] + "。") if end else changed


def exchanged_figures(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """Two figures of one unit, each where the other stood."""
    figures = [one for one in figures_in(truth.sentence) if not one.ranged]
    for place, one in enumerate(figures):
        for other in (later for later in figures[place + 1 :] if _alike(later, one)):
            told = truth.sentence
            sentence = (
                f"{told[: one.start]}{other.text}{told[one.end : other.start]}{one.text}{told[other.end :]}"
            )
            yield Draft(sentence, f"{one.text} ↔ {other.text}")


def lost_limit(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """最高, 不超过, 以上, 左右 left out or turned round."""
    yield from words_put(truth.sentence, LIMITS, rng)


def wrong_date(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """Another year, as a rule one that the document names too; another month or day."""
    text = "\n".join(one.sentence for one in pool.related(truth, 30))
    for match in _YEAR.finditer(truth.sentence):
        named = sorted({one for one in _YEAR.findall(text) if abs(int(one) - int(match[1])) <= 8})
        near = [str(int(match[1]) + step) for step in (-2, -1, 1, 2, 3)]
        for years in (named, near):
            if free := [one for one in years if one not in truth.sentence + "".join(truth.quotes)]:
                yield put(truth.sentence, *match.span(1), rng.choice(free))
    yield from _exchanged_years(truth.sentence)
    for pattern, last in ((_MONTH, 12), (_DAY, 28)):
        for match in pattern.finditer(truth.sentence):
            width = len(match[0])
            free = [one for one in range(1, last + 1) if one != int(match[0]) and len(str(one)) <= width]
            yield put(truth.sentence, *match.span(), f"{rng.choice(free):0{width}}")


def _exchanged_years(sentence: str) -> Iterator[Draft]:
    """Two years, each where the other stood, if what is said of them differs."""
    found = list(_YEAR.finditer(sentence))
    for one, other in pairwise(found):
        said = sentence[one.end() : other.start()].strip("，、；。至—")
        then = sentence[other.end() :].strip("，、；。")
        if one[1] != other[1] and len(said) > 3 and not then.startswith(said):
            yield Draft(
                f"{sentence[: one.start()]}{other[1]}{sentence[one.end() : other.start()]}{one[1]}{sentence[other.end() :]}",
                f"{one[1]}年 ↔ {other[1]}年",
            )
