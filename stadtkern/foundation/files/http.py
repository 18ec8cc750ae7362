"""A stored file as an answer to a browser that cannot be tricked into running it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from stadtkern.foundation.files.queries import info, open_stream

_INLINE = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp", "image/gif"})
_PART = 64 * 1024


def as_response(file_id: UUID, *, inline: bool = False) -> StreamingHttpResponse:
    """Streams the content; only PDF and images are shown in the browser, everything else is downloaded.

    Who may see the file is the caller's policy.
    """
    file = info(file_id)
    shown = inline and file.media_type in _INLINE
    # Opened now: while the answer is sent, the request's tenant is no longer set.
    opened = ExitStack()
    stream = opened.enter_context(open_stream(file_id))
    response = StreamingHttpResponse(_parts(stream), content_type=file.media_type)
    cast(Any, response)._resource_closers.append(opened.close)
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = content_disposition_header(not shown, file.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _parts(stream: BinaryIO) -> Iterator[bytes]:
    while part := stream.read(_PART):
        yield part
