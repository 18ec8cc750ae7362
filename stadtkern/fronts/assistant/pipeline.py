"""From a question to a reply, step by step. Safety stands first; nothing after it can be reached when it speaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from stadtkern.fronts.assistant import (
    cards,
    choices,
    competence,
    generation,
    intent,
    language,
    privacy,
    safety,
)
from stadtkern.fronts.assistant.knowledge import Fact, Source
from stadtkern.fronts.assistant.model import ChatModel
from stadtkern.fronts.assistant.reply import Citation, LogEntry, Option, Reply
from stadtkern.fronts.assistant.texts import say
from stadtkern.kernel.search import Index, words
from stadtkern.kernel.search.scope import Judgement, judge, outside_topic

STALE_DAYS = 730
TOWARDS = "Melderegisterauskunft"  # the lawful way to somebody's address (§ 44 BMG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question on its way: ``text`` is scrubbed, ``bare`` is what is searched for."""

    text: str
    bare: str
    language: str
    private: bool


class Assistant:
    """Answers questions about ``sources`` for one city."""

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        city: str = "",
        model: ChatModel | None = None,
        model_seconds: float = generation.SECONDS,
        today: date | None = None,
    ) -> None:
        self.sources = {source.key: source for source in sources}
        self.index = Index(source.entry() for source in sources)
        self.city = city or competence.own_city(fact.text for source in sources for fact in source.facts)
        self._model, self._seconds, self._today = model, model_seconds, today

    def answer(self, question: str, *, spoken: str = "") -> Reply:
        """The reply to a question; ``spoken`` is the language of the page, used when the question does not tell."""
        asked = self._read(question, spoken)
        steps: list[str] = []
        for step in (self._alarm, self._forbidden, self._elsewhere, self._outside):
            steps.append(step.__name__.strip("_"))
            reply = step(question, asked)
            if reply is not None:
                return self._finish(reply, asked, steps)
        steps.append("retrieve")
        judged = judge(self.index, asked.bare, limit=20)
        return self._finish(replace(self._found(asked, judged, steps), retrieved=True), asked, steps)

    def _read(self, question: str, spoken: str) -> Question:
        scrubbed = privacy.scrub(question[:10_000])
        bare = intent.plain(scrubbed.bare)
        return Question(
            text=intent.plain(scrubbed.text),
            bare=bare,
            language=spoken or language.detect(bare),
            private=bool(scrubbed.kinds),
        )

    def _alarm(self, question: str, asked: Question) -> Reply | None:
        alarm = safety.alarm(question)
        if alarm is None:
            return None
        parts = [say("emergency", asked.language)] if alarm.kind == "emergency" else []
        if alarm.topic in ("gas", "suicide", "violence", "child"):
            parts.insert(0, say(alarm.topic, asked.language))
        return Reply(outcome=alarm.kind, language=asked.language, message=" ".join(parts))

    def _forbidden(self, question: str, asked: Question) -> Reply | None:
        kind = intent.forbidden(asked.text)
        if kind in ("injection", "politics", "private"):
            return self._refuse(asked, kind)
        if kind == "human":
            return Reply(outcome="redirect", language=asked.language, message=say("human", asked.language))
        if kind in ("whereabouts", "legal"):
            wanted = TOWARDS if kind == "whereabouts" else asked.bare
            hits = judge(self.index, wanted, limit=5).hits[: 1 if kind == "whereabouts" else 2]
            cited = tuple(self._cite(self.sources[hit.entry.key], ()) for hit in hits if hit.evidence > 1)
            return Reply(
                outcome="redirect",
                language=asked.language,
                message=say(kind, asked.language),
                citations=cited,
                retrieved=True,
            )
        return None

    def _elsewhere(self, question: str, asked: Question) -> Reply | None:
        theirs = competence.other_city(asked.bare, [self.city])
        if not theirs:
            return None
        message = say("other_city", asked.language, ours=self.city, theirs=theirs)
        return Reply(outcome="redirect", language=asked.language, message=message)

    def _outside(self, question: str, asked: Question) -> Reply | None:
        if outside_topic(asked.bare)[0] == "krise":
            return Reply(outcome="crisis", language=asked.language, message=say("suicide", asked.language))
        return None if asked.bare else self._refuse(asked, "refuse")

    def _found(self, asked: Question, judged: Judgement, steps: list[str]) -> Reply:
        other = competence.other_authority(asked.bare)
        if other and not self._ours(other, asked, judged):
            steps.append("authority")
            message = say("other_authority", asked.language, name=other.name, contact=other.contact)
            return Reply(outcome="redirect", language=asked.language, message=message)
        several = () if judged.topic else choices.options(self.index, asked.bare, judged.hits)
        if several:
            steps.append("ambiguous")
            listed = tuple(Option(key=hit.entry.key, title=hit.entry.title) for hit in several)
            return Reply(
                outcome="clarify",
                language=asked.language,
                message=say("clarify", asked.language),
                options=listed,
            )
        if not judged.answered:
            steps.append(f"refused:{judged.topic or judged.reason}")
            return self._refuse(asked, "refuse")
        return self._card(asked, self.sources[judged.hits[0].entry.key], steps)

    def _ours(self, other: competence.Authority, asked: Question, judged: Judgement) -> bool:
        """A subject of another authority is ours all the same if a service is named after it."""
        subject = {words.stem(word) for word in words.split(other.subject(asked.bare))}
        return any(
            subject & {words.stem(word) for word in words.split(hit.entry.title)} for hit in judged.hits[:3]
        )

    def _card(self, asked: Question, source: Source, steps: list[str]) -> Reply:
        aspect = intent.aspect(asked.bare)
        facts = cards.choose(source, asked.bare, aspect)
        steps.append(f"card:{aspect or 'all'}")
        reply = Reply(
            outcome="answer" if facts else "answer_unknown",
            language=asked.language,
            message="" if facts else say("unknown", asked.language),
            title=self._title(source, asked.language),
            facts=tuple(fact.text for fact in facts),
            citations=(self._cite(source, facts),),
            official_note=say("official", asked.language) if source.language != asked.language else "",
        )
        return self._generated(reply, asked, source, facts, steps) if self._model and facts else reply

    def _generated(
        self, reply: Reply, asked: Question, source: Source, facts: Sequence[Fact], steps: list[str]
    ) -> Reply:
        assert self._model is not None
        written = generation.write(
            self._model,
            question=asked.text,
            language=asked.language,
            source=source,
            facts=facts,
            seconds=self._seconds,
        )
        steps.append(f"model:{written.failure or len(written.sentences)}")
        return replace(reply, summary=written.sentences, dropped=written.dropped)

    def _refuse(self, asked: Question, kind: str) -> Reply:
        return Reply(outcome="refuse", language=asked.language, message=say(kind, asked.language))

    def _cite(self, source: Source, facts: Sequence[Fact]) -> Citation:
        return Citation(
            key=source.key,
            title=source.title,
            paths=tuple(fact.path for fact in facts),
            url=source.url,
            revision=source.revision,
            reviewed_on=source.reviewed_on,
            stale=self._is_stale(source),
        )

    def _is_stale(self, source: Source) -> bool:
        last = source.reviewed_on or source.updated_on
        return bool(self._today and last and (self._today - last).days > STALE_DAYS)

    def _title(self, source: Source, spoken: str) -> str:
        return source.title_en if spoken == "en" and source.title_en else source.title

    def _finish(self, reply: Reply, asked: Question, steps: list[str]) -> Reply:
        notes = list(reply.notes)
        if any(citation.stale for citation in reply.citations):
            notes.append(say("stale", asked.language))
        if asked.private:
            notes.append(say("scrubbed", asked.language))
        keys = tuple(citation.key for citation in reply.citations) or tuple(o.key for o in reply.options)
        entry = LogEntry(
            question=asked.text[:500],
            language=asked.language,
            outcome=reply.outcome,
            keys=keys,
            reason=steps[-1],
        )
        return replace(reply, notes=tuple(notes), steps=tuple(steps), log=entry)


Ask = Callable[[str], Reply]
