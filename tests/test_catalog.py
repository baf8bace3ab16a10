"""The catalog is read whole, or the entry that is wrong is named."""

from pathlib import Path

import pytest

from ingest.catalog import Entry, load_catalog
from rag.errors import CorpusError

ROOT = Path(__file__).resolve().parents[1]
GOOD = "- id: shili\n  title: 示例办法\n  url: https://www.shili.gov.cn/1.html\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "catalog.yaml"
    path.write_text(text, encoding="utf8")
    return path


def test_the_shipped_catalog_holds_official_pages_only() -> None:
    entries = load_catalog(ROOT / "corpus" / "catalog.yaml")

    assert entries
    assert all(host.endswith(".gov.cn") for entry in entries for host in entry.hosts)


def test_an_entry_may_name_a_second_host(tmp_path: Path) -> None:
    (entry,) = load_catalog(written(tmp_path, GOOD + "  host: shili.gov.cn\n"))

    assert entry == Entry("shili", "示例办法", "https://www.shili.gov.cn/1.html", "shili.gov.cn")
    assert entry.hosts == {"www.shili.gov.cn", "shili.gov.cn"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "一项也没有"),
        ("id: shili\n", "应是一个列表"),
        ("- [\n", "第 2 行不是有效的 YAML"),
        ("[" * 5000, "不是有效的 YAML"),
        (GOOD + "- 示例\n", "第 2 项应写成 id、title、url"),
        ("- id: shili\n  title: 示例\n", "第 1 项缺少 url"),
        (GOOD.replace("示例办法", ""), "第 1 项的 title 是空的"),
        (GOOD.replace("示例办法", "[示例]"), "第 1 项的 title 是空的或不是一行文字"),
        (GOOD + "  link: x\n", "不认识的 link"),
        (GOOD + GOOD, "第 1 项和第 2 项的 id 都是 shili"),
        (GOOD.replace("shili\n", "../shili\n"), "id 是 '../shili'"),
        (GOOD.replace("shili\n", "示例\n"), "id 是 '示例'"),
    ],
)
def test_a_malformed_catalog_is_refused_with_the_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        load_catalog(written(tmp_path, text))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://www.shili.gov.cn/1", "应是 http:// 或 https:// 开头"),
        ("file:///www.shili.gov.cn", "应是 http:// 或 https:// 开头"),
        ("www.shili.gov.cn/1.html", "应是 http:// 或 https:// 开头"),
        ("https://x:y@www.shili.gov.cn/", "不含空格和用户名"),
        ("https://www.shili.gov.cn/a b", "不含空格"),
        ("https://www.shili.gov.cn:99999/", "完整网址"),
        ("https://www.shili.com/", "'www.shili.com' 不是政府网站"),
        ("https://shili.gov.cn.com/", "不是政府网站"),
        ("https://shiligov.cn/", "不是政府网站"),
        ("https://shili.com/.gov.cn", "不是政府网站"),
        ("https://shili.com?.gov.cn", "不是政府网站"),
        ("https://示例.gov.cn/", "不是政府网站"),
        ("http://127.0.0.1/1.html", "不是政府网站"),
    ],
)
def test_only_government_addresses_are_accepted(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        load_catalog(written(tmp_path, GOOD.replace("https://www.shili.gov.cn/1.html", f'"{url}"')))


def test_a_second_host_must_be_official_too(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"'shili\.com' 不是政府网站"):
        load_catalog(written(tmp_path, GOOD + "  host: shili.com\n"))


def test_one_other_host_can_be_allowed(tmp_path: Path) -> None:
    text = GOOD.replace("www.shili.gov.cn", "127.0.0.1:8000")

    assert load_catalog(written(tmp_path, text), allow_host="127.0.0.1")[0].hosts == {"127.0.0.1"}
    with pytest.raises(CorpusError, match="不是政府网站"):
        load_catalog(written(tmp_path, text), allow_host="127.0.0.2")


def test_what_cannot_be_opened_or_decoded_is_said(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes(GOOD.encode("gb18030"))

    with pytest.raises(CorpusError, match="打不开"):
        load_catalog(tmp_path / "none.yaml")
    with pytest.raises(CorpusError, match="不是 UTF-8"):
        load_catalog(tmp_path / "gbk.yaml")
