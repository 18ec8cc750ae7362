"""The thin adapter between Django and the OGC service; also downloads of whole versions."""

from __future__ import annotations

from datetime import UTC

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from stadtkern.data.datasets import queries, storage
from stadtkern.data.datasets.ogc import items, service
from stadtkern.data.datasets.ogc.parameters import Asked
from stadtkern.data.datasets.ogc.service import FOREVER, Answer, Asking
from stadtkern.data.datasets.vocabulary import FORMATS
from stadtkern.foundation.access.api import NotVisible, public
from stadtkern.foundation.organizations import api as organizations
from stadtkern.kernel import clock

ROWS = 10**12


@public
@require_safe
def ogc(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Everything below ``/ogc/``."""
    municipality = organizations.current()
    asking = Asking(
        path=path,
        query={key: request.GET.getlist(key) for key in request.GET},
        accept=request.headers.get("Accept", ""),
        base=request.build_absolute_uri("/ogc"),
        municipality=municipality.name,
        now=clock.now().astimezone(UTC),
        folder=storage.root(),
        all=queries.published,
        find=queries.find,
    )
    return _adapted(service.answer(asking))


def _adapted(answer: Answer) -> HttpResponseBase:
    response: HttpResponseBase
    if isinstance(answer.body, bytes):
        response = HttpResponse(answer.body, status=answer.status, content_type=answer.media_type)
    else:
        response = StreamingHttpResponse(answer.body, status=answer.status, content_type=answer.media_type)
    for key, value in answer.headers.items():
        response[key] = value
    response["Access-Control-Allow-Origin"] = "*"  # open data: any page may read it, no cookie is asked for
    return response


@public
@require_safe
def download(request: HttpRequest, slug: str, number: int, format: str) -> HttpResponseBase:
    """A whole version in one format; the address never changes its content."""
    info = queries.find(slug, number)
    if info is None or format not in info.version.formats:
        raise NotVisible()
    _, media_type, _, _ = FORMATS[format]
    path, known = info.version.path, service.columns(info)
    response: HttpResponseBase
    if format == "parquet":
        response = FileResponse(path.open("rb"), content_type=media_type)
    elif format == "csv":
        response = StreamingHttpResponse(
            items.as_csv(storage.root(), path, known, Asked(limit=ROWS)), content_type=media_type
        )
    elif format == "geojson":
        response = StreamingHttpResponse(
            items.as_features(storage.root(), path, known, Asked(limit=ROWS)), content_type=media_type
        )
    else:
        response = StreamingHttpResponse(items.as_rows(storage.root(), path, known), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{slug}-v{number}.{format}"'
    response["Cache-Control"] = FOREVER
    response["ETag"] = f'"{info.version.sha256[:32]}-{format}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response
