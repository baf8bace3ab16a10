"""The page: `python app.py`. Wiring only; what is shown is made in rag/present.py."""

import os
import socket
import sys
from html import escape
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gradio as gr

from rag.assistant import Assistant
from rag.errors import PolicyError
from rag.present import sources_html, turn_html
from rag.settings import Settings
from rag.types import Answer
from rag.understand import MAXIMUM_LENGTH

PAGE = Path(__file__).parent / "rag" / "page"
EXAMPLES = (
    "数字经济的目标是什么",
    "六大优势产业是哪些",
    "哪几条提到了氢能",
    "第十六条讲了什么",
    "电费太高省里管不管",
    "科研成果怎么转化",
)
"""Shown as buttons; a test asks every one of them and wants an answer with a citation."""
TURNS_KEPT = 20

Turn = tuple[int, str, str]
"""Number, conversation and sources of one question."""


class Page:
    """Answers for one running page; opens the index when the first question needs it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.assistant: Assistant | None = None

    def heading(self) -> str:
        """The masthead: what this is, what it rests on, or what to run first."""
        purpose = "用一句话问四川省产业政策，得到一句话的回答和写着它的那一条。"
        try:
            build = self._open().library.current()
        except PolicyError as problem:
            return f'<div class="masthead"><h1>川策问答</h1><p>{purpose}</p><p class="problem">{escape(str(problem))}</p></div>'
        clauses = sum(clause.level == 1 for clause in build.clauses)
        scope = (
            f"依据范围：{len(build.documents)} 份文件，{clauses} 条，索引于 {build.manifest.created[:10]}。"
        )
        warning = (
            f'<p class="problem">{escape(str(build.vector_problem))}</p>' if build.vector_problem else ""
        )
        return (
            f'<div class="masthead"><h1>川策问答</h1><p>{purpose}</p><p>{scope}</p>'
            f"<p>回答由程序自动生成，办事前请点开 [1] 核对原文。</p>{warning}</div>"
        )

    def ask(self, question: str, turns: list[Turn]) -> tuple[str, str, str, list[Turn]]:
        """Answer and add a turn: (emptied input, conversation, sources, turns)."""
        number = turns[-1][0] + 1 if turns else 1
        try:
            assistant = self._open()
            build = assistant.library.current()
            answer = assistant.ask(question, build=build)
            turn = (
                number,
                turn_html(number, answer),
                sources_html(number, answer, build),
            )
        except PolicyError as problem:
            answer = Answer(question, "error", str(problem), reason=str(problem))
            turn = (number, turn_html(number, answer), "")
        turns = [*turns, turn][-TURNS_KEPT:]
        return "", self._conversation(turns), self._sources(turns), turns

    def _open(self) -> Assistant:
        if self.assistant is None:
            self.assistant = Assistant.open(self.settings)
        return self.assistant

    @staticmethod
    def _conversation(turns: list[Turn]) -> str:
        return "".join(conversation for _, conversation, _ in turns)

    @staticmethod
    def _sources(turns: list[Turn]) -> str:
        """All turns' sources, those of the last one in sight; page.js brings an older one back."""
        older = "".join(sources.replace("<section ", "<section hidden ", 1) for _, _, sources in turns[:-1])
        return older + (turns[-1][2] if turns else "")


def build_page(page: Page) -> gr.Blocks:
    """The Gradio components and their events."""
    with gr.Blocks(title="川策问答", analytics_enabled=False) as blocks:
        gr.HTML(page.heading)
        turns = gr.State([])
        with gr.Row(elem_id="panels"):
            with gr.Column(scale=3):
                conversation = gr.HTML(elem_id="conversation")
                question = gr.Textbox(
                    label="问题",
                    placeholder="例如：数字经济的目标是什么",
                    lines=1,
                    max_lines=6,
                    max_length=MAXIMUM_LENGTH,
                    elem_id="question",
                )
                with gr.Row():
                    send = gr.Button("提问", variant="primary", elem_id="send")
                    clear = gr.Button("清空对话", elem_id="clear")
                with gr.Row(elem_id="examples"):
                    examples = [gr.Button(example, size="sm") for example in EXAMPLES]
            with gr.Column(scale=2):
                sources = gr.HTML(elem_id="sources")
        outputs = [question, conversation, sources, turns]
        private = {"api_visibility": "private", "show_progress": "minimal"}
        gr.on([send.click, question.submit], page.ask, [question, turns], outputs, **private)
        for button in examples:
            button.click(page.ask, [button, turns], outputs, **private)
        clear.click(lambda: ("", "", "", []), None, outputs, **private)
    return blocks


def main() -> int:
    """Serve the page until interrupted; returns the exit code."""
    try:
        settings = Settings.from_env()
    except PolicyError as problem:
        sys.stderr.write(f"错误：{problem}\n")
        return 2
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            sys.stderr.write(
                f"错误：{settings.host}:{settings.port} 已被占用，请关闭占用它的程序，或用 CHUANCE_PORT 换一个端口。\n"
            )
            return 2
    sys.stdout.write(f"川策问答已就绪：http://{settings.host}:{settings.port}\n")
    sys.stdout.flush()
    blocks = build_page(Page(settings)).queue(default_concurrency_limit=4, max_size=64)
    blocks.launch(
        server_name=settings.host, server_port=settings.port, share=False, quiet=True, footer_links=[],
        css=(PAGE / "page.css").read_text(encoding="utf8"),
        head=f"<script>{(PAGE / 'page.js').read_text(encoding='utf8')}</script>",
        theme=gr.themes.Base(font=["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"], font_mono=["monospace"]),
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
