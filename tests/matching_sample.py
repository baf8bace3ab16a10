"""A small index with supports, for tests of the 政策匹配 tab: a few digests, one of them of a draft."""

from datetime import date
from pathlib import Path

from ingest.build import build_index
from rag.builds import Build
from rag.opening import open_current
from rag.settings import Settings
from tests.browser import ROOT
from tests.hashing_embedder import HashingEmbedder

DAY = date(2026, 11, 27)
DIGESTS = tuple(
    str(ROOT / "corpus" / "digests" / f"{name}.md")
    for name in (
        "sc-2024-mfg-loan", "sc-2025-tianfu-zhihui", "sc-2021-stb", "sc-2024-h2-draft", "sc-2022-gongga",
        "sc-2025-lowalt-measures", "sc-2025-econ21",
    )
)  # fmt: skip
TOLD = "泸州做白酒的示例企业，员工120来人，去年卖了6000万元，规上企业，设备投资2000万元，想找银行贷款。"
INVESTMENT = "sc-2024-mfg-loan/industrial-investment-reward"
"""5% of the equipment investment, at most 10 million yuan; two statements to be confirmed."""


def matching_build(folder: Path) -> Build:
    """The opened index of `DIGESTS` in the new folder `folder`."""
    settings = Settings(home=folder)
    build_index([Path(name) for name in DIGESTS], settings, HashingEmbedder())
    return open_current(settings, HashingEmbedder())
