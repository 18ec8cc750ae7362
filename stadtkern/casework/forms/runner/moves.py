"""What the buttons of a page mean, and what the other pages of a draft show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from stadtkern.casework.forms.answers import differences_of, groups_of
from stadtkern.casework.forms.evaluate import Evaluation, under
from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.models import Draft
from stadtkern.casework.forms.runner import tree
from stadtkern.casework.forms.runner.view import html_id
from stadtkern.foundation.access.api import NotVisible
from stadtkern.foundation.files import api as files

if TYPE_CHECKING:
    from stadtkern.casework.forms.runner.opening import Open

KINDS = frozenset({"next", "add", "remove", "upload", "unfile", "search", "refresh", "peek", "leave"})
PREVIEW_WIDTH = 320
NO_FILE = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Which button was pressed, and for what."""

    kind: str = "next"
    path: str = ""
    file_id: UUID = NO_FILE

    def applied(self, answers: dict[str, Any], loaded: LoadedForm) -> dict[str, Any]:
        """The answers with one instance more or less."""
        if self.kind not in ("add", "remove") or not self._fits(answers, loaded):
            return answers
        top = next(path for path in answers if under(self.path, path))
        whole = tree.put({}, top, answers[top])
        list_path = self.path if self.kind == "add" else self.path.rpartition("[")[0]
        items = list(tree.get(whole, list_path) or [])
        if self.kind == "add":
            items = [*(items or [{}]), {}]
        else:
            index = tree.steps(self.path)[-1][1] or 0
            items = [*items[:index], *items[index + 1 :]]
        return {**answers, top: tree.get(tree.put(whole, list_path, items), top)}

    def _fits(self, answers: Mapping[str, Any], loaded: LoadedForm) -> bool:
        try:
            last = tree.steps(self.path)[-1]
        except tree.PathError:
            return False
        position = loaded.form.at(tree.static_path(self.path))
        inside = any(under(self.path, path) for path in answers)
        return (
            position is not None
            and position.repeated
            and inside
            and (self.kind == "add") == (last[1] is None)
        )

    def anchor(self) -> str:
        """Where the person was."""
        if not self.path:
            return ""
        return "#" + html_id(self.path.rpartition("[")[0] if self.kind == "remove" else self.path)


def read(sent: Mapping[str, Any]) -> Move:
    """The button of a sent page; anything unknown means: go on."""
    kind, _, rest = str(sent.get("_action", "next"))[:600].partition(":")
    if kind not in KINDS:
        return Move()
    path, _, id = rest.partition("#")
    try:
        return Move(kind=kind, path=path, file_id=UUID(id) if id else NO_FILE)
    except ValueError:
        return Move()


def searches(sent: Mapping[str, Any]) -> dict[str, str]:
    """The words typed into the search fields of long lists, by path."""
    return {str(key)[3:]: str(sent[key])[:200] for key in sent if str(key).startswith("_q:") and sent[key]}


def query(request: HttpRequest) -> str:
    """The query part of this page again (the way back to the summary)."""
    return "?zurueck=zusammenfassung" if request.GET.get("zurueck") == "zusammenfassung" else ""


def both_states(
    loaded: LoadedForm,
    kept: Mapping[str, Any],
    typed: Mapping[str, Any],
    paths: tuple[str, ...],
    language: str,
) -> list[Any]:
    """What differs between the saved state and this window, in words."""
    found = differences_of(loaded, kept, typed, language)
    return [change for change in found if any(under(change.path, path) for path in paths)]


def summary(found: Open, evaluation: Evaluation) -> dict[str, Any]:
    """The answers by page, with the address to change each, and what is still missing with its address."""
    pages = found.pages(evaluation)
    answers = groups_of(found.loaded, evaluation.values, found.language)
    sections = []
    for item in pages:
        groups = []
        for group in answers:
            mine = [a for a in group.answers if any(under(a.path, path) for path in item.paths)]
            if mine:
                rows = [_row(found, answer) for answer in mine]
                groups.append({"label": "" if group.label == item.title else group.label, "rows": rows})
        problems = evaluation.problems_under(item.paths)
        url = f"{found.url('page', item.id)}?zurueck=zusammenfassung"
        sections.append(
            {
                "title": item.title,
                "groups": groups,
                "url": url,
                "problems": [(f"{url}#{html_id(p.path)}", p.text(found.language)) for p in problems],
            }
        )
    missing = [problem for section in sections for problem in section["problems"]]
    elsewhere = [
        p for p in evaluation.problems if not any(under(p.path, at) for item in pages for at in item.paths)
    ]
    missing += [("", problem.text(found.language)) for problem in elsewhere]
    first = next((section["url"] for section in sections if section["problems"]), "")
    return {"sections": sections, "missing": missing, "first_missing": first, "total": len(pages) + 1}


def _row(found: Open, answer: Any) -> dict[str, str]:
    href = found.file_url(answer.file_id) if answer.file_id else ""
    return {"term": answer.label, "value": answer.text, "href": href}


def file_answer(row: Draft, file_id: UUID, *, picture: bool) -> HttpResponseBase:
    """A file of this draft. Raises ``NotVisible`` for any other."""
    if not row.files.filter(file_id=file_id).exists():
        raise NotVisible()
    if not picture:
        return files.as_response(file_id, inline=True)
    response = HttpResponse(files.preview(file_id, width=PREVIEW_WIDTH), content_type="image/png")
    response["Cache-Control"] = "private, max-age=600"
    return response
