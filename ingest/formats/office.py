"""Older office files (.doc .wps .xls .et) -> .docx or .xlsx by LibreOffice, then read like those."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from ingest.formats import Extracted
from rag.errors import CorpusError

SECONDS: Final = 60
"""Wall-clock time of one conversion; the first of a new profile takes 3 to 10 seconds."""
NOT_INSTALLED: Final = "读取 {suffix} 需要安装 LibreOffice；也可以另存为 {target} 或 PDF 再入库。"
FAILED: Final = "LibreOffice 没能转换（可能有密码或已损坏），请另存为 {target} 或 PDF 再入库。"
TOO_SLOW: Final = "LibreOffice 转换超过 {seconds} 秒，已停止，请另存为 {target} 或 PDF 再入库。"
OTHER: Final = "不是完好的 {suffix} 文件，请打开后另存为 {target} 或 PDF 再入库。"
OFD: Final = "还不能读取 OFD，请用阅读软件另存为 PDF 再入库。"

_TARGETS = {".doc": "docx", ".wps": "docx", ".xls": "xlsx", ".et": "xlsx"}
# What LibreOffice is told the file is: it knows .wps as Microsoft Works and .et not at all.
_SOURCES = {"docx": "source.doc", "xlsx": "source.xls"}
_OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP = b"PK\x03\x04"
_RTF = b"{\\rtf"
# No macro runs, no link is followed, and what would still be fetched meets a proxy that is not there.
_SETTINGS = {
    "org.openoffice.Office.Common/Security/Scripting": {
        "DisableMacrosExecution": "true",
        "MacroSecurityLevel": "3",
        "BlockUntrustedRefererLinks": "true",
    },
    "org.openoffice.Office.Writer/Content/Update": {"Link": "0"},
    "org.openoffice.Office.Calc/Content/Update": {"Link": "1"},
    "org.openoffice.Inet/Settings": {
        "ooInetProxyType": "1",
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": "9",
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": "9",
        "ooInetNoProxy": "",
    },
}


def read_office(raw: bytes, suffix: str) -> Extracted:
    """The text of a .doc, .wps, .xls or .et file, by way of LibreOffice.

    Raises:
        CorpusError: no such file, LibreOffice is missing, fails or is too slow, or it is an .ofd.
    """
    suffix = suffix.lower()
    if suffix == ".ofd":
        raise CorpusError(OFD)
    target = _TARGETS[suffix]
    words = {"suffix": suffix, "target": target.upper(), "seconds": SECONDS}
    if raw.startswith(_ZIP):
        return _read(raw, target)  # a newer file under the older name
    if not raw.startswith((_OLE2, _RTF)):
        raise CorpusError(OTHER.format(**words))
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise CorpusError(NOT_INSTALLED.format(**words))
    with tempfile.TemporaryDirectory(prefix="chuance-office-", ignore_cleanup_errors=True) as folder:
        try:
            converted = _convert(program, raw, target, Path(folder))
        except subprocess.TimeoutExpired as problem:
            raise CorpusError(TOO_SLOW.format(**words)) from problem
        if not converted.is_file():
            raise CorpusError(FAILED.format(**words))
        return _read(converted.read_bytes(), target)


def _read(raw: bytes, target: str) -> Extracted:
    if target == "docx":
        from ingest.formats.docx import read_docx

        return read_docx(raw)
    from ingest.formats.xlsx import read_xlsx

    return read_xlsx(raw)


def _convert(program: str, raw: bytes, target: str, folder: Path) -> Path:
    """Where LibreOffice, with a home and a profile in `folder`, leaves the converted file if it succeeds."""
    source = folder / ("source.rtf" if raw.startswith(_RTF) else _SOURCES[target])
    source.write_bytes(raw)
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_registry(), encoding="utf8")
    process = subprocess.Popen(
        [
            *(program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"),
            *("--nolockcheck", "--convert-to", target, "--outdir", str(folder), str(source)),
        ],
        cwd=folder,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "LC_ALL": "C.UTF-8",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    finally:
        # The program is a script that starts others: the whole group has to go.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return source.with_suffix(f".{target}")


def _registry() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, settings in _SETTINGS.items()
        for name, value in settings.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        f' xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>'
    )
