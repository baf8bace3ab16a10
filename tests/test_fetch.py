"""A page is kept as it was sent with a record of it, or a reason stands in its place."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from rag.errors import BusyError, CorpusError, InputError
from tests.official_site import PAGE, Run, Site, answer, open_site, raw

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
STATE_COUNCIL = DATA / "gov_html" / "state_council_html.tar.xz"
NEW_PAGE = PAGE.replace("这是示例".encode(), "这是新的示例".encode())
OLD = "2000-01-01T00:00:00+00:00"


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as opened:
        yield opened


def age(run: Run) -> dict[str, object]:
    """Set the check time of the record back."""
    record = run.record() | {"checked_at": OLD}
    (run.folder / "a" / "record.json").write_text(json.dumps(record), encoding="utf8")
    return record


@pytest.mark.skipif(not STATE_COUNCIL.exists(), reason="the State Council's pages are not beside the project")
def test_pages_of_the_state_council_are_kept_byte_for_byte(site: Site, tmp_path: Path) -> None:
    pages = {}
    with tarfile.open(STATE_COUNCIL) as archive:
        for number, member in enumerate(member for member in archive if member.isfile()):
            pages[f"page{number}.html"] = archive.extractfile(member).read()  # type: ignore[union-attr]
    site.pages = {f"/{name}": answer(body) for name, body in pages.items()}

    results = Run(site, tmp_path, *pages)()

    assert [result.failure for result in results] == [None] * 56
    assert [result.path.read_bytes() for result in results if result.path] == list(pages.values())


def test_a_page_is_kept_with_a_record_of_where_it_came_from(site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = answer(b"", status=302, location="/b.html")
    site.pages["/b.html"] = answer(PAGE, etag='"1"', last_modified="Mon, 19 Jun 2023 00:00:00 GMT")
    run = Run(site, tmp_path, "a.html")

    (result,) = run("a")

    assert result.path == run.folder / "a" / f"{result.sha256[:12]}.html"
    assert result.path.read_bytes() == PAGE
    assert (result.changed, result.failure, result.url) == (True, None, site.url("/a.html"))
    assert run.record() == {
        "id": "a",
        "url": site.url("/a.html"),
        "final_url": site.url("/b.html"),
        "file": result.path.name,
        "sha256": result.sha256,
        "fetched_at": result.fetched_at,
        "checked_at": result.fetched_at,
        "content_type": "text/html; charset=utf-8",
        "bytes": len(PAGE),
        "etag": '"1"',
        "last_modified": "Mon, 19 Jun 2023 00:00:00 GMT",
        "history": [],
    }
    assert run.said == [f"a：读取 {site.url('/a.html')}"]


def test_the_same_bytes_change_only_the_check_time(site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = answer(PAGE)
    run = Run(site, tmp_path, "a.html")
    (first,) = run()
    before, written = age(run), first.path.stat().st_mtime_ns  # type: ignore[union-attr]

    (second,) = run()

    assert (second.changed, second.path, second.fetched_at) == (False, first.path, first.fetched_at)
    assert second.path.stat().st_mtime_ns == written  # type: ignore[union-attr]
    assert run.record().pop("checked_at") > OLD  # type: ignore[operator]
    assert run.record() | {"checked_at": OLD} == before


def test_a_page_not_modified_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = answer(PAGE, etag='"1"', last_modified="Mon, 19 Jun 2023 00:00:00 GMT")
    run = Run(site, tmp_path, "a.html")
    (first,) = run()
    before = age(run)
    site.pages["/a.html"] = answer(b"", status=304)

    (second,) = run()

    assert site.headers["if-none-match"] == '"1"'
    assert site.headers["if-modified-since"] == "Mon, 19 Jun 2023 00:00:00 GMT"
    assert (second.changed, second.failure, second.path) == (False, None, first.path)
    assert run.record().pop("checked_at") > OLD  # type: ignore[operator]
    assert run.record() | {"checked_at": OLD} == before


def test_a_new_text_is_kept_beside_the_earlier_one(site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = answer(PAGE)
    run = Run(site, tmp_path, "a.html")
    (first,) = run()
    site.pages["/a.html"] = answer(NEW_PAGE)

    (second,) = run()

    assert second.changed
    assert (first.path.read_bytes(), second.path.read_bytes()) == (PAGE, NEW_PAGE)  # type: ignore[union-attr]
    assert [version["sha256"] for version in run.record()["history"]] == [first.sha256]  # type: ignore[attr-defined]


def test_a_damaged_copy_is_fetched_again_whole(site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = answer(PAGE, etag='"1"')
    run = Run(site, tmp_path, "a.html")
    (first,) = run()
    first.path.write_bytes(PAGE[:20])  # type: ignore[union-attr]

    (second,) = run()

    assert "if-none-match" not in site.headers
    assert (second.changed, second.path.read_bytes()) == (False, PAGE)  # type: ignore[union-attr]


def test_a_damaged_copy_is_not_taken_for_unchanged(site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = answer(PAGE, etag='"1"')
    run = Run(site, tmp_path, "a.html")
    (first,) = run()
    first.path.unlink()  # type: ignore[union-attr]
    site.pages["/a.html"] = answer(b"", status=304)

    (second,) = run()

    assert "网站回答 304" in (second.failure or "")


def test_a_page_that_moved_keeps_its_history_and_gets_its_new_address(site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = site.pages["/a.shtml"] = answer(PAGE, etag='"1"')
    (first,) = Run(site, tmp_path, "a.html")()
    moved = Run(site, tmp_path, "a.shtml")

    (second,) = moved()

    assert "if-none-match" not in site.headers
    assert (second.changed, second.fetched_at) == (False, first.fetched_at)
    assert moved.record()["url"] == site.url("/a.shtml")


def test_one_page_that_fails_does_not_stop_the_others_or_lose_its_earlier_copy(
    site: Site, tmp_path: Path
) -> None:
    site.pages |= {"/a.html": answer(PAGE), "/b.html": answer(PAGE)}
    run = Run(site, tmp_path, "a.html", "b.html")
    (first, _) = run()
    kept = run.files()
    site.pages["/a.html"] = answer(b"", status=404)

    failed, whole = run()

    assert (failed.path, failed.sha256, failed.changed) == (None, "", False)
    assert "网站回答 404" in (failed.failure or "")
    assert whole.failure is None
    assert run.files() == kept
    assert first.path.read_bytes() == PAGE  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (answer(PAGE, "application/pdf"), "说是 application/pdf，收到的却是网页"),
        (answer(b""), "空文件"),
        (answer(PAGE, status=202), "网站回答 202"),
        (answer(PAGE, status=304), "网站回答 304"),
        (answer(PAGE, status=503, retry_after="3600"), "网站回答 503，要求晚些再来"),
        (raw(b"HTTP/1.0 200 OK\r\ncontent-type: text/html\r\n\r\n" + PAGE[:-9]), "像是没有收完"),
        (raw(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n" + PAGE), "中途断开（试了 3 次）"),
    ],
    ids=["type", "empty", "accepted", "not-modified", "busy", "no-length", "wrong-length"],
)
def test_what_is_not_a_whole_page_leaves_no_file(
    site: Site, tmp_path: Path, page: object, message: str
) -> None:
    site.pages["/a.html"] = page  # type: ignore[assignment]
    run = Run(site, tmp_path, "a.html")

    (result,) = run()

    assert message in (result.failure or "")
    assert [name for name in run.files() if name != ".lock"] == []


def test_a_page_without_a_length_is_kept_when_its_end_is_there(site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = raw(b"HTTP/1.0 200 OK\r\ncontent-type: text/html\r\n\r\n" + PAGE)

    (result,) = Run(site, tmp_path, "a.html")()

    assert result.failure is None


def test_only_the_entries_asked_for_are_fetched_once_each(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/a.html": answer(PAGE), "/b.html": answer(PAGE)}
    run = Run(site, tmp_path, "a.html", "b.html")

    assert [result.id for result in run("b", "b")] == ["b"]
    assert site.asked == ["/robots.txt", "/b.html"]
    with pytest.raises(InputError, match="没有 c，目录里有：a、b"):
        run("a", "c")


def test_two_runs_do_not_write_to_one_folder(site: Site, tmp_path: Path) -> None:
    run = Run(site, tmp_path, "a.html")
    run.folder.mkdir()
    with FileLock(run.folder / ".lock"), pytest.raises(BusyError, match="另一个进程"):
        run()
    assert site.asked == []


def test_a_folder_that_is_a_file_is_said(site: Site, tmp_path: Path) -> None:
    run = Run(site, tmp_path, "a.html")
    run.folder.write_text("")
    with pytest.raises(CorpusError, match="不能写入"):
        run()
