"""The page: `python app.py`. Wiring only; what is shown is made in rag/page/handlers.py."""

import os
import socket
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gradio as gr

from rag.errors import PolicyError
from rag.page.handlers import Page
from rag.settings import Settings
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
PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}
STYLES = ("page.css", "match.css", "eval.css")
SCRIPTS = ("page.js", "match_form.js", "match_results.js", "eval.js")
TURN_EVENTS = "announceNews(element, watch); watchTurns(element, (chosen) => trigger('match', chosen))"
FORM_EVENTS = "watchForm(element, (values) => trigger('match', values), (values) => trigger('export', values), () => trigger('empty'))"
RESULT_EVENTS = "watchResults(element, watch)"
EXPORT_EVENTS = "watchExport(element, watch)"
FILTER_EVENTS = "watchFilters(element, (values) => trigger('find', values))"
HIT_EVENTS = "watchHits(element, (chosen) => trigger('open', chosen), watch)"
POLICY_EVENTS = "watchPolicy(element, (chosen) => trigger('limit', chosen), watch)"
SAMPLE_EVENTS = "watchSample(element, () => trigger('run'), watch)"
SCOPE_EVENTS = "watchScope(element, (chosen) => trigger('drop', chosen), watch)"
"""Custom events of gr.HTML: Gradio makes the listener of a name from its quotes here."""


def build_page(page: Page) -> gr.Blocks:
    """The Gradio components and their events."""
    with gr.Blocks(title="川策问答", analytics_enabled=False) as blocks:
        gr.HTML(page.heading)
        policies = gr.State([])
        with gr.Tabs(selected="ask", elem_id="tabs") as tabs:
            with gr.Tab("问答", id="ask"):
                conversation, scope = _ask_tab(page, policies)
            with gr.Tab("政策匹配", id="match"):
                results = _match_tab(page)
            with gr.Tab("文件", id="files"):
                policy = _files_tab(page)
            with gr.Tab("评测", id="eval"):
                sample, report = _evaluation_tab(page)
        blocks.load(page.evaluation, None, [sample, report], **PRIVATE)

        def limit(event: gr.EventData, chosen: list[str]) -> tuple[list[str], str, gr.Tabs]:
            return *page.limit(str(_sent(event).get("policy")), chosen), gr.Tabs(selected="ask")

        def unlimit(event: gr.EventData, chosen: list[str]) -> tuple[list[str], str]:
            return page.unlimit(str(_sent(event).get("policy")), chosen)

        def match(event: gr.EventData) -> tuple[str, gr.Tabs]:
            return page.match(_sent(event)), gr.Tabs(selected="match")

        conversation.match(match, None, [results, tabs], **PRIVATE)
        policy.limit(limit, policies, [policies, scope, tabs], **PRIVATE)
        scope.drop(unlimit, policies, [policies, scope], **PRIVATE)
    return blocks


def _ask_tab(page: Page, policies: gr.State) -> tuple[gr.HTML, gr.HTML]:
    """The 问答 tab; returns its turns, whose `match` event holds a description, and the policies asked, whose `drop` names one."""
    turns = gr.State([])
    with gr.Row(elem_id="panels"):
        with gr.Column(scale=3):
            conversation = gr.HTML(elem_id="conversation", js_on_load=TURN_EVENTS)
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
                stop = gr.Button("停止", elem_id="stop", visible=page.settings.has_language_model)
                clear = gr.Button("清空对话", elem_id="clear")
            with gr.Row(elem_id="examples"):
                examples = [gr.Button(example, size="sm") for example in EXAMPLES]
        with gr.Column(scale=2):
            sources = gr.HTML(elem_id="sources")
    outputs = [question, conversation, sources, turns]
    shown = {**PRIVATE, "show_progress": "minimal"}
    asking = [gr.on([send.click, question.submit], page.ask, [question, turns, policies], outputs, **shown)]
    asking += [button.click(page.ask, [button, turns, policies], outputs, **shown) for button in examples]
    stop.click(page.stop, turns, [conversation, turns], cancels=asking, **PRIVATE)
    clear.click(lambda: ("", "", "", []), None, outputs, **shown)
    return conversation, scope


def _match_tab(page: Page) -> gr.HTML:
    """The 政策匹配 tab; returns the panel of the results."""
    with gr.Row(elem_id="matching"):
        with gr.Column(elem_id="profile-column"):
            form = gr.HTML(page.form, elem_id="profile", js_on_load=FORM_EVENTS)
        with gr.Column(elem_id="matches-column"):
            results = gr.HTML(elem_id="matches", js_on_load=RESULT_EVENTS)
            exported = gr.HTML(elem_id="exported", js_on_load=EXPORT_EVENTS)

    def match(event: gr.EventData) -> str:
        return page.match(_sent(event))

    def export(event: gr.EventData) -> str:
        return page.export(_sent(event))

    form.match(match, None, results, trigger_mode="always_last", **PRIVATE)
    form.export(export, None, exported, **PRIVATE)
    form.empty(lambda: ("", ""), None, [results, exported], **PRIVATE)
    return results


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


def _evaluation_tab(page: Page) -> tuple[gr.HTML, gr.HTML]:
    """The 评测 tab; returns the panel with the button and that of the newest report."""
    sample = gr.HTML(elem_id="sample", js_on_load=SAMPLE_EVENTS)
    report = gr.HTML(elem_id="evaluation")
    sample.run(page.run_sample, None, [sample, report], **PRIVATE)
    return sample, report


def _sent(event: gr.EventData) -> dict[str, Any]:
    """What page.js sent with an event; nothing when it is not of that form."""
    return event._data if isinstance(event._data, dict) else {}


def _text(names: tuple[str, ...]) -> str:
    return "\n".join((PAGE / name).read_text(encoding="utf8") for name in names)


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
        css=_text(STYLES),
        head=f"<script>{_text(SCRIPTS)}</script>",
        theme=gr.themes.Base(font=["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"], font_mono=["monospace"]),
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
