"""What a file of corpus/supports may hold: the schema. Strict: an unknown key, field, kind or qualification is a finding."""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.lint import Finding
from rag.supports import KINDS, NEEDS, Test
from rag.supports import Field as ConditionField

QuantityField = Literal[
    "revenue", "headcount", "investment", "equipment_investment", "loan", "rd_share", "revenue_growth", "age"
]  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class WrittenCondition(_Strict):
    """One condition as written in the file; `clause` defaults to that of the support."""

    field: ConditionField
    test: Test
    value: tuple[str, ...] = ()
    wording: Annotated[str, Field(min_length=2, max_length=80)]
    quote: Annotated[str, Field(min_length=2)]
    clause: str = ""


class WrittenAmount(_Strict):
    """Money as the clause writes it."""

    quote: Annotated[str, Field(min_length=2)]
    rate: str = ""
    of: QuantityField | Literal[""] = ""
    fixed: str = ""
    cap: str = ""
    per: str = ""
    clause: str = ""


class WrittenExclusion(_Strict):
    """What is left out or cannot be had together."""

    wording: Annotated[str, Field(min_length=2, max_length=120)]
    quote: Annotated[str, Field(min_length=2)]
    clause: str = ""


class WrittenSupport(_Strict):
    """One support of a file."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    title: Annotated[str, Field(min_length=4, max_length=40)]
    kind: Literal[KINDS]  # type: ignore[valid-type]
    needs: Annotated[tuple[Literal[NEEDS], ...], Field(min_length=1, max_length=4)]  # type: ignore[valid-type]
    clause: str
    quote: Annotated[str, Field(min_length=4)]
    conditions: tuple[WrittenCondition, ...] = ()
    amount: WrittenAmount | None = None
    department: str = ""
    opens: str = ""
    closes: str = ""
    exclusions: tuple[WrittenExclusion, ...] = ()


class SupportFile(_Strict):
    """corpus/supports/<policy>.yaml."""

    policy: str
    supports: Annotated[tuple[WrittenSupport, ...], Field(min_length=1)]


def read_support_file(path: Path) -> tuple[SupportFile | None, list[Finding]]:
    """The file by the schema, or what is wrong with it."""
    try:
        raw: Any = yaml.load(
            path.read_text(encoding="utf8"), Loader=yaml.CSafeLoader
        )  # seven times as fast as the default
        return SupportFile.model_validate(raw), []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        return None, [Finding(path.name, f"读不了：{problem}")]
    except ValidationError as problem:
        return None, [
            Finding(path.name, f"{'.'.join(str(part) for part in one['loc'])}：{one['msg']}")
            for one in problem.errors()
        ]
