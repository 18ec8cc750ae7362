"""The three doors of the runner: residents, the counter, the preview. What differs is named here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """A door: its URL namespace and the frame of its pages."""

    name: str
    namespace: str
    frame: str
    own: bool  # the person in front of the screen answers for herself

    def url(self, view: str, *args: object) -> str:
        """The address of one of the runner's pages behind this door."""
        return reverse(f"{self.namespace}:{self.name}-{view}", args=[str(arg) for arg in args])

    def page_url(self, slug: str, draft_id: UUID, page_id: str) -> str:
        return self.url("page", slug, draft_id, page_id)


PUBLIC = Mode(name="apply", namespace="forms", frame="shell/public.html", own=True)
ENTRY = Mode(name="entry", namespace="forms_desk", frame="shell/desk.html", own=False)
PREVIEW = Mode(name="preview", namespace="forms_desk", frame="shell/desk.html", own=True)
