"""Pages that change datasets. Each makes one call into the actions; input is kept when something is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stadtkern.data.datasets import actions, storage
from stadtkern.data.datasets.desk.views import actor_of, crumbs, find
from stadtkern.data.datasets.models import Dataset
from stadtkern.data.datasets.rules import Passport
from stadtkern.data.datasets.vocabulary import FREQUENCIES, LICENCES, PRIVACY_CLASSES, THEMES
from stadtkern.foundation.access.api import Role, staff
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError

MOST_BYTES = 200 * 1024 * 1024
ACCEPT = ".csv,.txt,.tsv,.xlsx,.ods,.geojson,.json,.zip,.gpkg,.gml,.xml,.kml,.fgb,.parquet,.gz"
SYSTEMS = ("", "EPSG:25832", "EPSG:4326", "EPSG:31466", "EPSG:31467", "EPSG:3857")


@staff(Role.DATA_EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A file becomes the first version of a new dataset."""
    return _upload(request, None)


@staff(Role.DATA_EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def next_version(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """A file becomes the next version."""
    return _upload(request, find(request, dataset_id))


def _upload(request: HttpRequest, row: Dataset | None) -> HttpResponse:
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        upload = request.FILES.get("file")
        if not isinstance(upload, UploadedFile):
            errors.append(("file", _("Wählen Sie eine Datei aus.")))
        elif (upload.size or 0) > MOST_BYTES:
            errors.append(
                (
                    "file",
                    _("Die Datei ist größer als 200 MB. Packen Sie sie als Zip oder teilen Sie sie auf."),
                )
            )
        else:
            try:
                key, _number = _taken_over(request, upload, row)
            except DomainError as error:
                errors.append(("file", error.text(request.LANGUAGE_CODE)))
            else:
                messages.success(
                    request, _("Die Datei ist gelesen. Prüfen Sie den Bericht; öffentlich ist noch nichts.")
                )
                return redirect("datasets-desk:detail", dataset_id=key)
    title = _("Neue Version") if row else _("Neuer Datensatz")
    context = {
        "row": row,
        "title": title,
        "errors": errors,
        "error": dict(errors).get("file", ""),
        "accept": ACCEPT,
        "most": MOST_BYTES,
        "values": request.POST,
        "systems": [(code, code or _("steht in der Datei")) for code in SYSTEMS],
        "breadcrumb": crumbs(
            *([(row.title, reverse("datasets-desk:detail", args=[row.pk]))] if row else []), (title, "")
        ),
    }
    return render(request, "datasets/desk/upload.html", context, status=422 if errors else 200)


def _taken_over(request: HttpRequest, upload: UploadedFile, row: Dataset | None) -> tuple[UUID, int]:
    """Write the upload where the worker finds it, and read it."""
    import tempfile

    chosen = request.POST.get("crs", "")
    with tempfile.NamedTemporaryFile(dir=storage.scratch(), prefix="hochgeladen-") as kept:
        for piece in upload.chunks():
            kept.write(piece)
        kept.flush()
        return actions.take_over(
            actor=actor_of(request),
            source=Path(kept.name),
            file_name=Path(upload.name or "datei").name,
            now=clock.now(),
            dataset_id=row.pk if row else None,
            title=request.POST.get("title", "").strip(),
            crs=chosen if chosen in SYSTEMS and chosen else None,
            note=request.POST.get("note", "").strip(),
        )


@staff(Role.DATA_EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def passport(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """What the dataset says about itself."""
    row = find(request, dataset_id)
    errors: list[tuple[str, str]] = []
    shown = actions.passport_of(row)
    if not row.publisher and request.method != "POST":
        name = organizations.current().name
        shown = Passport(
            **{**_fields(shown), "publisher": name, "contact_email": organizations.current().sender_email}
        )
    if request.method == "POST":
        shown = _read(request)
        try:
            actions.describe(actor=actor_of(request), dataset_id=row.pk, passport=shown, now=clock.now())
        except DomainError as error:
            errors = list(error.extra.get("errors") or [("title", error.text(request.LANGUAGE_CODE))])
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("datasets-desk:detail", dataset_id=row.pk)
    context: dict[str, Any] = {
        "row": row,
        "shown": shown,
        "keywords": ", ".join(shown.keywords),
        "errors": errors,
        "error": dict(errors),
        "licences": list(LICENCES.items()),
        "themes": list(THEMES.items()),
        "frequencies": list(FREQUENCIES.items()),
        "privacies": list(PRIVACY_CLASSES.items()),
        "breadcrumb": crumbs(
            (row.title, reverse("datasets-desk:detail", args=[row.pk])), (_("Beschreibung"), "")
        ),
    }
    return render(request, "datasets/desk/passport.html", context, status=422 if errors else 200)


def _fields(shown: Passport) -> dict[str, Any]:
    return {name: getattr(shown, name) for name in Passport.__dataclass_fields__}


def _read(request: HttpRequest) -> Passport:
    def text(name: str) -> str:
        return request.POST.get(name, "").strip()

    months = text("retention_months")
    return Passport(
        title=text("title"), description=text("description"), publisher=text("publisher"), contact_email=text("contact_email"),
        licence=text("licence"), attribution=text("attribution"), themes=tuple(request.POST.getlist("themes")),
        keywords=tuple(word.strip() for word in text("keywords").split(",") if word.strip()), frequency=text("frequency"),
        privacy=text("privacy"), privacy_reason=text("privacy_reason"),
        retention_months=(int(months) if months.isdecimal() and len(months) < 6 else 0) if months else None,
    )  # fmt: skip


@staff(Role.DATA_EDITOR)
@require_POST
def step(request: HttpRequest, dataset_id: UUID, number: int) -> HttpResponse:
    """Hand over, release, send back or throw away a version."""
    row, actor, now = find(request, dataset_id), actor_of(request), clock.now()
    wanted = request.POST.get("step", "")
    try:
        if wanted == "hand_over":
            actions.hand_over(actor=actor, dataset_id=row.pk, number=number, now=now)
            messages.success(request, _("Übergeben. Eine zweite Person gibt diese Version frei."))
        elif wanted == "release":
            actions.release(actor=actor, dataset_id=row.pk, number=number, now=now)
            messages.success(request, _("Version %(number)s ist jetzt öffentlich.") % {"number": number})
        elif wanted == "send_back":
            reason = request.POST.get("reason", "").strip()
            actions.send_back(actor=actor, dataset_id=row.pk, number=number, reason=reason, now=now)
            messages.success(request, _("Die Version ist wieder ein Entwurf."))
        elif wanted == "discard":
            gone = actions.discard(actor=actor, dataset_id=row.pk, number=number, now=now)
            messages.success(request, _("Der Entwurf ist gelöscht."))
            if gone:
                return redirect("datasets-desk:list")
    except DomainError as error:
        messages.error(request, error.text(request.LANGUAGE_CODE))
    return redirect("datasets-desk:detail", dataset_id=row.pk)


@staff(Role.DATA_EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Offer a dataset no longer, with a reason that everybody reads."""
    row = find(request, dataset_id)
    error = ""
    if request.method == "POST":
        try:
            actions.withdraw(
                actor=actor_of(request),
                dataset_id=row.pk,
                reason=request.POST.get("reason", ""),
                now=clock.now(),
            )
        except DomainError as caught:
            error = caught.text(request.LANGUAGE_CODE)
        else:
            messages.success(request, _("Der Datensatz wird nicht mehr angeboten."))
            return redirect("datasets-desk:detail", dataset_id=row.pk)
    context = {
        "row": row,
        "error": error,
        "errors": [("reason", error)] if error else [],
        "reason": request.POST.get("reason", ""),
        "breadcrumb": crumbs(
            (row.title, reverse("datasets-desk:detail", args=[row.pk])), (_("Zurückziehen"), "")
        ),
    }
    return render(request, "datasets/desk/withdraw.html", context, status=422 if error else 200)
