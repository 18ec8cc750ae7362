"""Test cases of a draft: run all, edit one, and play through the process by tokens to keep the play as a test case."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.casework.designer import actions, playing
from stadtkern.casework.designer.desk.common import (
    actor_of,
    crumbs,
    find,
    gate,
    is_editable,
    save,
)
from stadtkern.casework.designer.models import ProcedureDraft
from stadtkern.casework.processes.packages.model import PROCESS, TESTS, PackageRefused, dump_json, parse_json
from stadtkern.foundation.access.api import NotVisible
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

NAME = re.compile(r"[\w-]{1,80}")
MAX_CASE = 500_000


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def tests(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """All test cases with how they came out; a POST runs them."""
    row = find(request, draft_id)
    if request.method == "POST":
        results = playing.run_all(row)
        actions.keep_test_results(
            actor=actor_of(request), draft_id=row.pk, results={"cases": results}, now=clock.now()
        )
        failed = sum(not each["ok"] for each in results)
        if failed:
            messages.warning(request, _("%(failed)s von %(total)s Testfällen stimmen nicht.") % {"failed": failed, "total": len(results)})  # fmt: skip
        else:
            messages.success(request, _("Alle Testfälle stimmen."))
        return redirect("designer:tests", draft_id=row.pk)
    known = row.test_results or {}
    fresh = known.get("revision") == row.revision
    outcome = {each["path"]: each for each in known.get("cases", [])} if fresh else {}
    at = parse_datetime(str(known.get("at", ""))) if fresh else None
    context = {
        "row": row,
        "cases": [
            _line(row, path, outcome.get(path)) for path in sorted(row.files) if path.startswith(TESTS)
        ],
        "ran_at": date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else "",
        "failed": sum(not each["ok"] for each in outcome.values()),
        "editable": is_editable(row),
        "breadcrumb": crumbs(row, (_("Testfälle"), "")),
    }
    return render(request, "designer/tests.html", context)


def _line(row: ProcedureDraft, path: str, outcome: Mapping[str, Any] | None) -> dict[str, Any]:
    name = path.removeprefix(TESTS).removesuffix(".json")
    case = json.loads(row.files[path])
    return {
        "name": name,
        "title": str(case.get("name") or name),
        "steps": len(case.get("steps") or []),
        "outcome": outcome,
    }


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def test(request: HttpRequest, draft_id: UUID, name: str) -> HttpResponse:
    """One test case: what happens in it, and its text to change or remove it."""
    row = find(request, draft_id)
    path = f"{TESTS}{name}.json"
    if path not in row.files or not NAME.fullmatch(name):
        raise NotVisible()
    text, error = row.files[path], ""
    if request.method == "POST":
        text = request.POST.get("text", "")
        removing = "remove" in request.POST
        try:
            fresh = None if removing else dump_json(parse_json(path, text.encode("utf-8"))).decode()
            save(request, row, {path: fresh})
        except PackageRefused as problem:
            error = _("Zeile %(line)s, Spalte %(column)s: ") % {"line": problem.line, "column": problem.column} + problem.reason  # fmt: skip
        except DomainError as problem:
            error = problem.text(request.LANGUAGE_CODE)
        else:
            messages.success(request, _("Der Testfall ist entfernt.") if removing else _("Gespeichert."))
            return redirect("designer:tests", draft_id=row.pk) if removing else redirect("designer:test", draft_id=row.pk, name=name)  # fmt: skip
    result = playing.run_one(row, path)
    context = {
        "row": row,
        "name": name,
        "text": text,
        "result": result,
        "xml": row.files[PROCESS],
        "editable": is_editable(row),
        "error": error,
        "errors": [("text", error)] if error else [],
        "breadcrumb": crumbs(row, (_("Testfälle"), reverse("designer:tests", args=[row.pk])), (result["name"], "")),
    }  # fmt: skip
    return render(request, "designer/test.html", context, status=422 if error else 200)


@gate
@require_http_methods(["GET", "HEAD", "POST"])
def play(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Play a case through the process: the play travels in the form, nothing is kept until it becomes a test case."""
    row = find(request, draft_id)
    case: dict[str, Any] = {"input": playing.sample_input(row), "steps": []}
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            case = playing.read_case(request.POST, MAX_CASE)
            if "keep" in request.POST:
                return _keep(request, row, case)
            case = playing.with_step(case, request.POST)
        except playing.Refused as problem:
            errors.append((problem.field, problem.message))
            case = playing.read_case(request.POST, MAX_CASE, lenient=True)
        except DomainError as problem:
            errors.append(("", problem.text(request.LANGUAGE_CODE)))
    shown = playing.show(row, case)
    if shown.error:
        errors.append(("input", shown.error))
    context = {
        "row": row,
        "shown": shown,
        "case": json.dumps(shown.kept, ensure_ascii=False),
        "input": request.POST.get("input") or json.dumps(case.get("input", {}), ensure_ascii=False, indent=1),
        "started": bool(shown.kept.get("steps")),
        "name": request.POST.get("name", ""),
        "xml": row.files[PROCESS],
        "editable": is_editable(row),
        "errors": errors,
        "error": dict(errors),
        "breadcrumb": crumbs(row, (_("Testfälle"), reverse("designer:tests", args=[row.pk])), (_("Durchspielen"), "")),
    }  # fmt: skip
    return render(request, "designer/play.html", context, status=422 if errors else 200)


def _keep(request: HttpRequest, row: ProcedureDraft, case: dict[str, Any]) -> HttpResponse:
    """The play as a test case of the package."""
    title = request.POST.get("name", "").strip()
    if not title:
        raise playing.Refused("name", _("Geben Sie dem Testfall einen Namen."))
    path = playing.free_path(row, title)
    text = playing.recorded(row, case, title)
    save(request, row, {path: text})
    messages.success(request, _("Der Testfall liegt jetzt im Paket."))
    return redirect("designer:tests", draft_id=row.pk)
