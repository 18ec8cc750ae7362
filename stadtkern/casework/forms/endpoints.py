"""JSON API: the form of a service as JSON Schema or XSD, and submitting."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Header, Router, Schema

from stadtkern.casework.forms import actions, hooks, queries
from stadtkern.casework.forms.actions.submissions import SCOPE
from stadtkern.casework.forms.errors import FormNotOnline
from stadtkern.casework.forms.info import FormVersionInfo
from stadtkern.casework.forms.jsonschema import json_schema
from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.model import Form, Group, Position
from stadtkern.casework.forms.models import Channel
from stadtkern.casework.forms.xsd import xml_schema
from stadtkern.foundation.access.api import Actor, actor_for
from stadtkern.foundation.accounts import api as accounts
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.errors import DomainError, InvalidInput

MAX_BODY = 40 * 1024 * 1024
MAX_KEY = 200

router = Router(tags=["forms"])


class BodyTooLarge(DomainError):
    """The request is larger than an application may be."""

    code: ClassVar[str] = "body-too-large"
    status: ClassVar[int] = 413
    message = "Die Anfrage ist größer als 40 MB."
    message_en = "The request is larger than 40 MB."


class WrongCredentials(DomainError):
    """The Basic login is wrong or lacks the scope ``submissions``."""

    code: ClassVar[str] = "wrong-credentials"
    status: ClassVar[int] = 401
    message = "Die Anmeldung stimmt nicht, oder dem App-Passwort fehlt der Zweck „submissions“."
    message_en = "The login is wrong, or the app password lacks the scope “submissions”."


class SubmissionOut(Schema):
    """What came of a submission. ``case_number`` is null while no case was opened."""

    submission_id: UUID
    case_number: str | None
    state_url: str
    sha256: str


def _published(slug: str) -> FormVersionInfo:
    found = queries.published(slug)
    if found is None:
        raise FormNotOnline()
    return found


@router.get(
    "/services/{slug}/form",
    url_name="form",
    summary="Form of a service as JSON Schema",
    response=dict[str, Any],
)
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """JSON Schema 2020-12, nested by element id; uploads are sent as ``{name, content}`` with Base64 content."""
    found = _published(slug)
    schema = _with_contents(json_schema(form_to_send(found.loaded), found.loaded.code_lists))
    schema["x-form-version"] = {"id": str(found.id), "number": found.number}
    response = JsonResponse(
        schema, json_dumps_params={"ensure_ascii": False}, content_type="application/schema+json"
    )
    response["Cache-Control"] = "public, max-age=60"
    return response


def form_to_send(loaded: LoadedForm) -> Form:
    """The form as a sender fills it: what is calculated, fixed or only shown on a condition is not demanded."""
    computed = frozenset(rule.path for rule in loaded.ruleset.calculations)
    conditional = frozenset(rule.path for rule in loaded.ruleset.conditions)

    def relaxed(positions: tuple[Position, ...], above: str) -> tuple[Position, ...]:
        return tuple(
            one(position, f"{above}/{position.id}" if above else position.id) for position in positions
        )

    def one(position: Position, path: str) -> Position:
        element = position.element
        if isinstance(element, Group):
            children = relaxed(element.children, path)
            asked = element.choice or any(child.required for child in children)
            low = 0 if path in conditional or not asked else position.min
            return replace(position, element=replace(element, children=children), min=low)
        free = path in computed or path in conditional or not element.is_editable
        return replace(position, min=0) if free else position

    return replace(loaded.form, children=relaxed(loaded.form.children, ""))


def _with_contents(schema: Any) -> Any:
    """The schema with uploads as programs send them: name and content instead of the facts we compute."""
    if isinstance(schema, list):
        return [_with_contents(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    properties = schema.get("properties")
    if isinstance(properties, dict) and {"sha256", "media_type"} <= properties.keys():
        content = {"type": "string", "contentEncoding": "base64"}
        name = {"type": "string", "minLength": 1, "maxLength": 300}
        return {
            **{key: value for key, value in schema.items() if key not in ("properties", "required")},
            "properties": {"name": name, "content": content},
            "required": ["name", "content"],
        }
    return {key: _with_contents(value) for key, value in schema.items()}


@router.get("/services/{slug}/form.xsd", url_name="form-xsd", summary="Form of a service as XML Schema")
def form_xsd(request: HttpRequest, slug: str) -> HttpResponse:
    """The XML Schema of the submission."""
    found = _published(slug)
    return HttpResponse(xml_schema(found.form, found.loaded.code_lists), content_type="application/xml")


_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The answers, nested by element id as the form's JSON Schema says.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    },
    "security": [{}, {"basic": []}],
}


@router.post(
    "/services/{slug}/submissions",
    url_name="submit",
    summary="Submit an application",
    response={201: SubmissionOut},
    openapi_extra=_BODY,
)
def submit(
    request: HttpRequest,
    slug: str,
    idempotency_key: str = Header("", alias="Idempotency-Key", max_length=MAX_KEY),  # type: ignore[type-arg]
) -> HttpResponse:
    """Everything is judged again here. The same Idempotency-Key with the same body gives the same answer.

    Open to everybody for services that need no login, otherwise with an app password (Basic) of scope ``submissions``.
    """
    actor = _actor(request)
    values = _answers(request)
    sent = actions.create_submission(
        actor=actor,
        service_slug=slug,
        values=values,
        now=clock.now(),
        channel=Channel.API,
        idempotency_key=idempotency_key.strip(),
    )
    case = hooks.case_of(sent.id)
    path = (case.api_url or case.url) if case else reverse("forms:received", args=[sent.id])
    body = {
        "submission_id": str(sent.id),
        "case_number": case.number if case else None,
        "state_url": organizations.public_address(path),
        "sha256": sent.sha256,
    }
    return JsonResponse(body, status=201)


def _actor(request: HttpRequest) -> Actor:
    """Who sends: nobody in particular, or the account of an app password. A session does not count here."""
    header = request.headers.get("Authorization", "")
    language = getattr(request, "LANGUAGE_CODE", "de")
    if not header:
        return Actor(kind="guest", tenant_id=tenancy.current_id(), language=language)
    login = accounts.app_login_of(header, SCOPE, client=request.META.get("REMOTE_ADDR", ""))
    if login is None:
        raise WrongCredentials()
    return actor_for(
        account_id=login.account_id,
        kind=login.kind,  # type: ignore[arg-type]
        name=login.name,
        on=clock.today(),
        language=login.language or language,
        scopes=login.scopes,
    )


def _answers(request: HttpRequest) -> dict[str, Any]:
    """The body as an object, read with a limit of our own (uploads travel inside)."""
    declared = request.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > MAX_BODY:
        raise BodyTooLarge()
    raw = request.read(MAX_BODY + 1)
    if len(raw) > MAX_BODY:
        raise BodyTooLarge()
    try:
        data = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise InvalidInput(
            "Der Inhalt ist kein gültiges JSON.", message_en="The body is not valid JSON."
        ) from None
    if not isinstance(data, dict):
        raise InvalidInput(
            "Der Inhalt muss ein JSON-Objekt sein.", message_en="The body must be a JSON object."
        )
    return data


def _no_constant(name: str) -> Any:
    raise ValueError(name)
