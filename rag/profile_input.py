"""What a person or program gives -> a `Profile`, and a Chinese message for each field that cannot be used.

One bad field never spoils the others. A description fills the fields that were not given;
one given as 不确定 stays unknown whatever the description says.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from rag.describe import described
from rag.founding import read_founding
from rag.industries import industries
from rag.printable import printable
from rag.profile import FIELDS, Interval, Profile
from rag.quantities import LARGEST, QuantityError, read_range
from rag.regions import regions
from rag.supports import NEEDS, ORGANISATIONS, OWNERSHIPS, QUALIFICATIONS, QUANTITIES, SIZES

LONGEST_DESCRIPTION: Final = 2000
"""Characters of a description that are read; the rest is passed over with a message."""
_LOWEST: Final = {"revenue_growth": -100}  # all others: 0
_BARE: Final = {"元": "万元", "人": "人", "%": "%"}
"""What a number without a unit counts as."""
_IGNORED: Final = frozenset({"id"})
_UNSURE: Final = frozenset({"不确定", "不清楚", "不知道"})
_ECHOED: Final = 20  # characters of what was given that a message repeats
_NAMES: Final = {label: name for name, label in FIELDS.items()}


@dataclass(frozen=True)
class Problem:
    """A field that could not be used, and what is accepted, in Chinese."""

    field: str
    message: str


@dataclass(frozen=True)
class ReadProfile:
    """The profile with the problems met; `understood` names the fields that were read from the description."""

    profile: Profile
    problems: tuple[Problem, ...]
    understood: tuple[str, ...] = ()


def read_profile(given: Mapping[str, Any], day: date) -> ReadProfile:
    """Read a JSON object or a form given on `day`; keys are field names or their Chinese labels, empty values unknown."""
    reader = _Reader(day)
    for key, value in given.items():
        reader.take(_NAMES.get(str(key), str(key)), value)
    text = reader.profile.description
    told = described(text, day) if text else Profile()
    merged, understood = _merged(reader.profile, told, reader.unsure)
    return ReadProfile(merged, tuple(reader.problems), understood)


def _merged(given: Profile, told: Profile, unsure: Iterable[str]) -> tuple[Profile, tuple[str, ...]]:
    """`given` with what it leaves open taken from `told`, but for the fields of `unsure`."""
    filled: dict[str, Any] = {}
    understood, unknown = [], set(unsure)
    names = (
        "region",
        "industries",
        "size",
        "above_scale",
        "founded",
        "qualifications",
        "ownership",
        "organisation",
        "needs",
    )
    for name in names:
        value, field = getattr(told, name), "industry" if name == "industries" else name
        if field not in unknown and getattr(given, name) in (None, "", ()) and value not in (None, "", ()):
            filled[name] = value
            understood.append(field)
    known = {*given.quantities, *unknown}
    more = {name: value for name, value in told.quantities.items() if name not in known}
    filled["quantities"] = {**given.quantities, **more}
    return replace(given, **filled), (*understood, *more)


class _Reader:
    """Takes one field after the other; `problems` collects what could not be used."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.profile = Profile()
        self.problems: list[Problem] = []
        self.unsure: set[str] = set()

    def take(self, name: str, value: Any) -> None:  # noqa: ANN401 (JSON)
        """Read one field into the profile, or add a problem."""
        plain = value.strip() if isinstance(value, str) else value
        if name in _IGNORED or plain is None or plain == "" or plain == []:
            return
        if isinstance(plain, str) and plain in _UNSURE and name in FIELDS:
            self.unsure.add(name)
            return
        try:
            if name in QUANTITIES and name != "age":
                quantities = {
                    **self.profile.quantities,
                    name: _quantity(value, QUANTITIES[name], _LOWEST.get(name, 0)),
                }
                self.profile = replace(self.profile, quantities=quantities)
            elif name in _READERS:
                self.profile = _READERS[name](self.profile, value, self)
            else:
                accepted = "、".join(f"{label}（{field}）" for field, label in FIELDS.items())
                raise QuantityError(f"没有“{name[:_ECHOED]}”这个字段，已忽略。可用的字段：{accepted}。")
        except QuantityError as problem:
            self.problems.append(Problem(name, f"{FIELDS.get(name, name[:_ECHOED])}：{problem}"))

    def note(self, name: str, message: str) -> None:
        """Add a problem that leaves the field in use."""
        self.problems.append(Problem(name, f"{FIELDS[name]}：{message}"))


def _quantity(value: Any, unit: str, lowest: int) -> Interval:  # noqa: ANN401 (JSON)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise QuantityError(f"应是数量，现在是 {_echo(value)}。")
    text = value if isinstance(value, str) else f"{Decimal(str(value)):f}"
    low, high = read_range(text, unit, _BARE[unit])
    if not lowest <= low <= high <= LARGEST[unit]:
        raise QuantityError(f"“{_echo(value)}”不像真的，请核对数字和单位（不写单位时按{_BARE[unit]}计）。")
    return Interval(low, high)


def _echo(value: Any) -> str:  # noqa: ANN401 (JSON)
    """The beginning of what was given, to be repeated in a message."""
    text = str(value)
    return text if len(text) <= _ECHOED else f"{text[:_ECHOED]}……"


def _region(profile: Profile, value: Any, reader: _Reader) -> Profile:  # noqa: ANN401
    del reader
    found = regions().named_in(_text(value))
    if found is None:
        raise QuantityError(
            f"不认识“{_echo(_text(value))}”。请写四川的市州，可再写县（市、区），例如 泸州市泸县。"
            f"市州有：{'、'.join(regions().counties)}。"
        )
    return replace(profile, region=found)


def _industry(profile: Profile, value: Any, reader: _Reader) -> Profile:  # noqa: ANN401
    names: list[str] = []
    for one in _texts(value):
        if found := industries().named_in(one):
            names += found
        else:
            reader.note(
                "industry", f"认不出“{_echo(one)}”是什么行业，已忽略。请写产品或行业，例如 白酒、软件。"
            )
    return replace(profile, industries=tuple(dict.fromkeys(names)))


def _choice(field: str, accepted: Sequence[str]) -> Callable[[Profile, Any, _Reader], Profile]:
    def read(profile: Profile, value: Any, reader: _Reader) -> Profile:  # noqa: ANN401
        del reader
        text = _text(value)
        if text not in accepted:
            raise QuantityError(f"没有“{_echo(text)}”这一项，可选：{'、'.join(accepted)}。")
        chosen: dict[str, Any] = {field: text}
        return replace(profile, **chosen)

    return read


def _choices(field: str, accepted: Sequence[str]) -> Callable[[Profile, Any, _Reader], Profile]:
    def read(profile: Profile, value: Any, reader: _Reader) -> Profile:  # noqa: ANN401
        names = _texts(value)
        if unknown := [name for name in names if name not in accepted]:
            reader.note(field, f"没有“{'、'.join(unknown)[:40]}”，已忽略。可选：{'、'.join(accepted)}。")
        chosen: dict[str, Any] = {field: tuple(dict.fromkeys(name for name in names if name in accepted))}
        return replace(profile, **chosen)

    return read


def _yes_or_no(value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, bool):
        return value
    if value in ("是", "否"):
        return bool(value == "是")
    raise QuantityError(f"请填 是 或 否，现在是“{_echo(value)}”。")


def _above_scale(profile: Profile, value: Any, reader: _Reader) -> Profile:  # noqa: ANN401
    del reader
    return replace(profile, above_scale=_yes_or_no(value))


def _other_qualifications(profile: Profile, value: Any, reader: _Reader) -> Profile:  # noqa: ANN401
    del reader
    if _text(value) not in {"无", "没有"}:
        raise QuantityError(f"请填 无 或 不确定，现在是“{_echo(_text(value))}”。")
    return replace(profile, no_others=True)


def _founded(profile: Profile, value: Any, reader: _Reader) -> Profile:  # noqa: ANN401
    return replace(profile, founded=read_founding(_text(value), reader.day))


def _description(profile: Profile, value: Any, reader: _Reader) -> Profile:  # noqa: ANN401
    text = _text(value)
    if len(text) > LONGEST_DESCRIPTION:
        reader.note("description", f"太长（{len(text)} 字），只读了前 {LONGEST_DESCRIPTION} 字。")
    return replace(profile, description=text[:LONGEST_DESCRIPTION])


def _confirmed(profile: Profile, value: Any, reader: _Reader) -> Profile:  # noqa: ANN401
    del reader
    if not isinstance(value, Mapping):
        raise QuantityError("应是 {条件编号: 是或否}。")
    return replace(profile, confirmed={str(name): _yes_or_no(one) for name, one in value.items()})


def _text(value: Any) -> str:  # noqa: ANN401
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise QuantityError(f"应是文字，现在是 {_echo(value)}。")
    return printable(str(value)).strip()


def _texts(value: Any) -> list[str]:  # noqa: ANN401
    rows = value if isinstance(value, list | tuple) else re.split(r"[、,，;；]", _text(value))
    return [text for one in rows if (text := _text(one))]


_READERS: Final[dict[str, Callable[[Profile, Any, _Reader], Profile]]] = {
    "region": _region,
    "industry": _industry,
    "size": _choice("size", SIZES),
    "ownership": _choice("ownership", OWNERSHIPS),
    "organisation": _choice("organisation", ORGANISATIONS),
    "qualifications": _choices("qualifications", QUALIFICATIONS),
    "needs": _choices("needs", NEEDS),
    "above_scale": _above_scale,
    "other_qualifications": _other_qualifications,
    "founded": _founded,
    "description": _description,
    "confirmed": _confirmed,
}
