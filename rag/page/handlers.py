"""What the page does for each event of its four tabs: values in, HTML out. Gradio itself stays in app.py."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from html import escape
from typing import Any, Final, NamedTuple

from rag.advice import advise
from rag.assistant import Assistant
from rag.builds import Build
from rag.errors import PolicyError
from rag.export_match import EXPORTS
from rag.files import choices
from rag.match_form import Sent, form_html
from rag.present import STOPPED, WRITING, sources_html, turn_html
from rag.present_advice import problem_html, results_html
from rag.present_eval import evaluation_html, sample_html
from rag.present_files import filters_html, found_html, policy_html, scope_html
from rag.sample_run import SampleRun
from rag.settings import Settings
from rag.types import Answer
from rag.validity import today

TURNS_KEPT: Final = 20


class Turn(NamedTuple):
    """One question: its number, the two panels' HTML, and the question that was answered."""

    number: int
    conversation: str
    sources: str
    asked: str


class Page:
    """Answers for one running page; opens the index when the first question needs it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.assistant: Assistant | None = None
        self.sample = SampleRun(settings)

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
    ) -> Iterator[tuple[str, str, str, list[Turn]]]:
        """Answer from `policies` (all when empty) and add a turn: (emptied input, conversation, sources, turns), again as the answer grows."""
        number = turns[-1].number + 1 if turns else 1
        for turn in self._turn(number, question, [one.asked for one in turns], policies):
            grown = [*turns, turn][-TURNS_KEPT:]
            yield "", self._conversation(grown), self._sources(grown), grown

    def _turn(
        self, number: int, question: str, earlier: Sequence[str], policies: Sequence[str]
    ) -> Iterator[Turn]:
        try:
            assistant = self._open()
            build = assistant.library.current()
            scope = [build.documents[policy].title for policy in policies if policy in build.documents]
            with closing(
                assistant.stream(question, policies=policies, build=build, earlier=earlier)
            ) as stream:
                for answer in stream:
                    shown = turn_html(number, answer, scope), sources_html(number, answer, build)
                    yield Turn(number, *shown, answer.standalone or question)
        except PolicyError as problem:
            answer = Answer(question, "error", str(problem), reason=str(problem))
            yield Turn(number, turn_html(number, answer), "", question)

    def stop(self, turns: list[Turn]) -> tuple[str, list[Turn]]:
        """What is written so far stays, marked as incomplete: (conversation, turns)."""
        ended = [one._replace(conversation=one.conversation.replace(WRITING, STOPPED)) for one in turns]
        return self._conversation(ended), ended

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

    def form(self) -> str:
        """The empty form of the 政策匹配 tab."""
        return form_html()

    def match(self, values: Mapping[str, Any]) -> str:
        """The results for what the form sent; nothing of it is kept."""
        sent = Sent.read(values)
        try:
            build = self._build()
        except PolicyError as problem:
            return problem_html(str(problem), sent.run)
        return results_html(advise(sent.given, build, today(), sent.passed_over), sent, build)

    def export(self, values: Mapping[str, Any]) -> str:
        """A link that holds the matches as a file, which is made in memory alone."""
        kind = str(values.get("kind"))
        if kind not in EXPORTS:
            return ""
        sent, made, name = Sent.read(values), EXPORTS[kind], f"川策匹配-{today().isoformat()}.{kind}"

        def link(build: Build) -> str:
            data = b64encode(made.write(advise(sent.given, build, today(), sent.passed_over), build)).decode(
                "ascii"
            )
            address = f"data:{made.media_type};base64,{data}"
            return (
                f'<p class="exported" data-run="{sent.run}" data-announce>已生成并下载 '
                f'<a download="{name}" href="{address}">{name}</a></p>'
            )

        return self._from_build(link)

    def _scope(self, policies: list[str]) -> tuple[list[str], str]:
        return policies, self._from_build(lambda build: scope_html(policies, build))

    def _from_build(self, made: Callable[[Build], str]) -> str:
        """What `made` makes of the current build; nothing without one, as the masthead says why."""
        try:
            return made(self._build())
        except PolicyError:
            return ""

    def evaluation(self) -> tuple[str, str]:
        """The 评测 tab: (how far a sample is, the newest report)."""
        return sample_html(self.sample.progress()), evaluation_html(self.settings.home)

    def run_sample(self) -> Iterator[tuple[str, str]]:
        """Run a sample, or follow the one under way: the tab at every change."""
        for progress in self.sample.follow():
            yield sample_html(progress), evaluation_html(self.settings.home)

    def _build(self) -> Build:
        return self._open().library.current()

    def _open(self) -> Assistant:
        if self.assistant is None:
            self.assistant = Assistant.open(self.settings)
        return self.assistant

    @staticmethod
    def _conversation(turns: list[Turn]) -> str:
        return "".join(turn.conversation for turn in turns)

    @staticmethod
    def _sources(turns: list[Turn]) -> str:
        """All turns' sources, those of the last one in sight; page.js brings an older one back."""
        older = "".join(turn.sources.replace("<section ", "<section hidden ", 1) for turn in turns[:-1])
        return older + (turns[-1].sources if turns else "")
