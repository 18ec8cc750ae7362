"""Staff by CSV: upload, preview with the wrong lines, import of the right ones."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.foundation.access import staff_list
from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.organizations.desk.frames import actor_of, trail
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput

MAX_BYTES = 1024 * 1024


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def upload(request: HttpRequest) -> HttpResponse:
    """First the preview; nothing is stored before it is confirmed."""
    actor = actor_of(request)
    text, errors = _text(request) if request.method == "POST" else ("", [])
    found = staff_list.StaffList()
    if text and not errors:
        try:
            found = staff_list.read(text)
        except InvalidInput as error:
            errors = [("file", error.text(actor.language))]
    if request.POST.get("confirm") and found.rows and not errors:
        created, failed = staff_list.import_rows(actor=actor, rows=found.rows, now=clock.now())
        messages.success(request, _("%(number)d Konten sind angelegt.") % {"number": created})
        for problem in [*found.problems, *failed][:20]:
            messages.warning(
                request, _("Zeile %(line)d: %(message)s") % {"line": problem.line, "message": problem.message}
            )
        return redirect("staff:list")
    context = {
        "text": text if not errors else "",
        "rows": found.rows[:200],
        "row_count": len(found.rows),
        "problems": found.problems[:200],
        "problem_count": len(found.problems),
        "errors": errors,
        "columns": ", ".join(staff_list.COLUMNS),
        "role_names": Role.choices,
        "breadcrumb": trail((_("Beschäftigte laden"), "")),
    }
    return render(request, "access/desk/import.html", context, status=422 if errors else 200)


def _text(request: HttpRequest) -> tuple[str, list[tuple[str, str]]]:
    if text := request.POST.get("text"):
        return text, []
    upload = request.FILES.get("file")
    if upload is None:
        return "", [("file", _("Wählen Sie eine CSV-Datei aus."))]
    if (upload.size or 0) > MAX_BYTES:
        return "", [("file", _("Die Datei ist größer als 1 MB. Teilen Sie sie auf."))]
    return staff_list.decode(upload.read()), []
