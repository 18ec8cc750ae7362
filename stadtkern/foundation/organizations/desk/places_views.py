"""Places: what is loaded, and loading a new delivery."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.organizations.desk.frames import actor_of, trail
from stadtkern.foundation.places import api as places
from stadtkern.kernel import clock

MAX_BYTES = 20 * 1024 * 1024
PROBLEMS_SHOWN = 100


@require_http_methods(["GET", "POST"])
@staff(Role.ADMINISTRATOR)
def overview(request: HttpRequest) -> HttpResponse:
    """Load CSV and GeoJSON; wrong lines are reported, the rest is taken."""
    errors: list[tuple[str, str]] = []
    delivery = places.Delivery()
    if request.method == "POST":
        errors = _read(request.FILES.getlist("files"), delivery)
        if not errors:
            loaded = places.replace_all(actor=actor_of(request), delivery=delivery, now=clock.now())
            text = _("%(streets)d Straßen und %(addresses)d Hausnummern sind geladen.")
            messages.success(request, text % {"streets": loaded.streets, "addresses": loaded.addresses})
            if not delivery.problems:
                return redirect("administration:places")
    context = {
        "counts": places.counts(),
        "districts": places.districts(),
        "errors": errors,
        "problems": delivery.problems[:PROBLEMS_SHOWN],
        "problem_count": len(delivery.problems),
        "breadcrumb": trail((_("Orte und Straßen"), "")),
    }
    return render(request, "organizations/desk/places.html", context, status=422 if errors else 200)


def _read(uploads: list[UploadedFile], delivery: places.Delivery) -> list[tuple[str, str]]:
    if not uploads:
        return [("files", _("Wählen Sie mindestens eine Datei aus."))]
    for upload in uploads:
        name = upload.name or ""
        if (upload.size or 0) > MAX_BYTES:
            return [("files", _("%(name)s ist größer als 20 MB.") % {"name": name})]
        try:
            reader = (
                places.read_outlines if name.lower().endswith((".json", ".geojson")) else places.read_streets
            )
            reader(upload.read(), delivery)
        except places.Unreadable as error:
            return [("files", f"{name}, {error.place}: {error.message}")]
    return []
