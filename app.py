"""The page: `python app.py`. Wiring only; what is shown is made in rag/present.py and rag/present_files.py."""

import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gradio as gr

from rag.assistant import Assistant
from rag.builds import Build
from rag.errors import PolicyError
from rag.files import choices
from rag.present import sources_html, turn_html
from rag.present_files import filters_html, found_html, policy_html, scope_html
from rag.settings import Settings
from rag.types import Answer
from rag.understand import MAXIMUM_LENGTH
from rag.validity import today

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
PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}
FILTER_EVENTS = "watchFilters(element, (values) => trigger('find', values))"
HIT_EVENTS = "watchHits(element, (chosen) => trigger('open', chosen), watch)"
POLICY_EVENTS = "watchPolicy(element, (chosen) => trigger('limit', chosen), watch)"
SCOPE_EVENTS = "watchScope(element, (chosen) => trigger('drop', chosen), watch)"
"""Custom events of gr.HTML: Gradio makes the listener of a name from its quotes here."""

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
            build = self._build()
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

    def ask(
        self, question: str, turns: list[Turn], policies: Sequence[str] = ()
    ) -> tuple[str, str, str, list[Turn]]:
        """Answer from `policies` (all when empty) and add a turn: (emptied input, conversation, sources, turns)."""
        number = turns[-1][0] + 1 if turns else 1
        try:
            assistant = self._open()
            build = assistant.library.current()
            answer = assistant.ask(question, policies=policies, build=build)
            scope = [build.documents[policy].title for policy in policies if policy in build.documents]
            turn = (number, turn_html(number, answer, scope), sources_html(number, answer, build))
        except PolicyError as problem:
            answer = Answer(question, "error", str(problem), reason=str(problem))
            turn = (number, turn_html(number, answer), "")
        turns = [*turns, turn][-TURNS_KEPT:]
        return "", self._conversation(turns), self._sources(turns), turns

    def filters(self) -> str:
        """The form of the 文件 tab."""
        return self._from_build(lambda build: filters_html(choices(build, today())))

    def find(self, values: Mapping[str, object]) -> str:
        """The documents that meet the filters of the form."""
        return self._from_build(lambda build: found_html(values, build, today()))

    def policy(self, policy: str) -> str:
        """One document with its clauses."""
        return self._from_build(lambda build: policy_html(policy, build, today()))

    def limit(self, policy: str, policies: Sequence[str]) -> tuple[list[str], str]:
        """Ask `policy` as well: (policies asked, their chips)."""
        return self._scope([*dict.fromkeys([*policies, policy])])

    def unlimit(self, policy: str, policies: Sequence[str]) -> tuple[list[str], str]:
        """Ask `policy` no longer: (policies asked, their chips)."""
        return self._scope([one for one in policies if one != policy])

    def _scope(self, policies: list[str]) -> tuple[list[str], str]:
        return policies, self._from_build(lambda build: scope_html(policies, build))

    def _from_build(self, made: Callable[[Build], str]) -> str:
        """What `made` makes of the current build; nothing without one, as the masthead says why."""
        try:
            return made(self._build())
        except PolicyError:
            return ""

    def _build(self) -> Build:
        return self._open().library.current()

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
        policies = gr.State([])
        with gr.Tabs(selected="ask", elem_id="tabs") as tabs:
            with gr.Tab("问答", id="ask"):
                scope = _ask_tab(page, policies)
            with gr.Tab("文件", id="files"):
                policy = _files_tab(page)

        def limit(event: gr.EventData, chosen: list[str]) -> tuple[list[str], str, gr.Tabs]:
            return *page.limit(str(_sent(event).get("policy")), chosen), gr.Tabs(selected="ask")

        def unlimit(event: gr.EventData, chosen: list[str]) -> tuple[list[str], str]:
            return page.unlimit(str(_sent(event).get("policy")), chosen)

        policy.limit(limit, policies, [policies, scope, tabs], **PRIVATE)
        scope.drop(unlimit, policies, [policies, scope], **PRIVATE)
    return blocks


def _ask_tab(page: Page, policies: gr.State) -> gr.HTML:
    """The 问答 tab; returns the panel of the policies asked, whose `drop` event names one."""
    turns = gr.State([])
    with gr.Row(elem_id="panels"):
        with gr.Column(scale=3):
            conversation = gr.HTML(elem_id="conversation", js_on_load="announceNews(element, watch)")
            scope = gr.HTML(elem_id="scope", js_on_load=SCOPE_EVENTS)
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
    shown = {**PRIVATE, "show_progress": "minimal"}
    gr.on([send.click, question.submit], page.ask, [question, turns, policies], outputs, **shown)
    for button in examples:
        button.click(page.ask, [button, turns, policies], outputs, **shown)
    clear.click(lambda: ("", "", "", []), None, outputs, **shown)
    return scope


def _files_tab(page: Page) -> gr.HTML:
    """The 文件 tab; returns the panel of the open policy, whose `limit` event names it."""
    filters = gr.HTML(page.filters, elem_id="filters", js_on_load=FILTER_EVENTS)
    with gr.Row(elem_id="library"):
        with gr.Column(elem_id="list", scale=2):
            hits = gr.HTML(lambda: page.find({}), elem_id="hits", js_on_load=HIT_EVENTS)
        with gr.Column(elem_id="reading", scale=3):
            policy = gr.HTML(elem_id="policy", js_on_load=POLICY_EVENTS)

    def find_files(event: gr.EventData) -> str:
        return page.find(_sent(event))

    def open_policy(event: gr.EventData) -> str:
        return page.policy(str(_sent(event).get("policy")))

    filters.find(find_files, None, hits, trigger_mode="always_last", **PRIVATE)
    hits.open(open_policy, None, policy, trigger_mode="always_last", **PRIVATE)
    return policy


def _sent(event: gr.EventData) -> dict[str, Any]:
    """What page.js sent with an event; nothing when it is not of that form."""
    return event._data if isinstance(event._data, dict) else {}


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
