"""Forms on trial: the form of a draft of the workshop, kept only to be tried out in preview. Never public, never in a list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from stadtkern.casework.forms import policies
from stadtkern.casework.forms.actions.drafts import start_draft
from stadtkern.casework.forms.codec import to_json
from stadtkern.casework.forms.info import version_info
from stadtkern.casework.forms.model import Form
from stadtkern.casework.forms.models import Channel, Draft, FormDefinition, FormVersion
from stadtkern.casework.forms.ruleset import parse_ruleset, ruleset_to_json
from stadtkern.casework.forms.xdf import XdfError, read_message
from stadtkern.foundation.access.api import Actor


@transaction.atomic
def try_out(
    *,
    actor: Actor,
    service_slug: str,
    data: bytes,
    rules: object,
    texts: Mapping[str, Any],
    now: datetime,
) -> str:
    """Begin a preview of this form; returns the address of its first page.

    One version on trial per service: what was tried before is replaced by what is given. Raises ``XdfError``, ``RulesetError``,
    ``NotAllowed``, ``InvalidInput`` for a form without any page.
    """
    from stadtkern.casework.forms.runner.mode import PREVIEW  # pages load only where they are needed
    from stadtkern.casework.forms.runner.pages import pages_of

    policies.require_channel(actor, Channel.PREVIEW)
    form = read_message(data).root
    if not isinstance(form, Form):
        raise XdfError("unknown-message", "Die Datei enthält einen Baustein, kein ganzes Formular.")
    slug = policies.TRIAL + service_slug
    row = _row(slug, form, now)
    row.model, row.texts = to_json(form), dict(texts)
    row.ruleset = ruleset_to_json(parse_ruleset(rules))
    row.source_sha256 = sha256(data).hexdigest()
    row.revision += 1
    row.save()
    draft = start_draft(actor=actor, service_slug=slug, channel=Channel.PREVIEW, version_id=row.pk, now=now)
    pages = pages_of(version_info(row).loaded, actor.language[:2])
    return PREVIEW.page_url(slug, draft.id, pages[0].id) if pages else PREVIEW.url("summary", slug, draft.id)


def _row(slug: str, form: Form, now: datetime) -> FormVersion:
    definition, _new = FormDefinition.objects.get_or_create(
        service_slug=slug, defaults={"title": form.label[:300], "created_at": now}
    )
    found = FormVersion.objects.select_related("definition").filter(definition=definition).first()
    return found or FormVersion(definition=definition, number=1, model={}, created_at=now, revision=0)


def slug_on_trial(service_slug: str) -> str:
    """The service that a form on trial is meant for; empty for any other form."""
    return service_slug.removeprefix(policies.TRIAL) if service_slug.startswith(policies.TRIAL) else ""


@transaction.atomic
def end_trial(service_slug: str) -> None:
    """Forget the form on trial of a service, with its previews."""
    rows = FormVersion.objects.filter(definition__service_slug=policies.TRIAL + service_slug)
    ids: list[UUID] = list(rows.order_by("id").values_list("pk", flat=True))
    Draft.objects.filter(version_id__in=ids).delete()
    rows.delete()
    FormDefinition.objects.filter(service_slug=policies.TRIAL + service_slug).delete()
