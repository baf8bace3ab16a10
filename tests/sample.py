"""A real assistant over small documents called 示例, for tests of what it answers."""

from pathlib import Path

from ingest.build import build_index
from rag.assistant import Assistant
from rag.embedder import load_embedder
from rag.settings import Settings

NOTICE = """示例通知

现就示例事项通知如下。

一、总体目标

示例事项按以下目标推进。

（一）发展目标。到 2026 年，示例规模占比达到 35%，示例指数明显提高。示例产值超过 500 亿元。

到 2030 年，示例体系基本建成。

（二）重点领域。突出抓好以下领域。

——蓝色木材。发展蓝色木材加工，建设蓝色木材基地。

——绿色石料。发展绿色石料开采，支持企业改造石料设备。

二、保障措施

（三）用水保障。优化用水管理，对重点用水企业给予优惠。

（四）人才保障。引进示例人才，建设示例学校，提升用水管理水平。
"""


def assistant_for(folder: Path, **texts: str) -> Assistant:
    """Ingest `texts` (document id -> text) into `folder` and open an assistant on them."""
    sources = folder / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (sources / f"{name}.md").write_text(text, encoding="utf8")
    settings = Settings(home=folder / "home")
    build_index([sources], settings, load_embedder(settings.embedding_model))
    return Assistant.open(settings)
