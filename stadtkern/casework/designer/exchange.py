"""Packages between municipalities: give a service away as a package, take one over from a neighbour.

Taking over means: new versions of page, form and procedure, public in one transaction when nothing is missing here. What is
this municipality's own stays: the values of its parameters, its office, its fees and times on the page. What is incomplete,
and everything that a single designer brings along, becomes a draft in the workshop: people publish by four eyes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from django.db import transaction

from stadtkern.casework.designer import code_lists, policies
from stadtkern.casework.designer.actions import create_draft
from stadtkern.casework.forms import api as forms
from stadtkern.casework.forms.definition import read_form
from stadtkern.casework.processes import api as processes
from stadtkern.casework.processes.packages.check import Report, check
from stadtkern.casework.processes.packages.model import (
    CODE_LISTS,
    FORM,
    FORM_EN,
    MANIFEST,
    OF_SERVICE,
    PARAMETERS,
    RULES,
    SERVICE,
    Package,
    dump_json,
    is_procedure,
    make_package,
)
from stadtkern.casework.processes.packages.parameters import BadValue, parse_parameters, parse_value
from stadtkern.casework.processes.packages.procedure import compile_package
from stadtkern.casework.processes.packages.vocabulary import STAFF_ROLES
from stadtkern.casework.services import api as services
from stadtkern.foundation.access import api as access
from stadtkern.foundation.access.api import Actor
from stadtkern.foundation.audit import api as audit
from stadtkern.foundation.organizations import api as organizations
from stadtkern.foundation.tenancy import api as tenancy
from stadtkern.kernel import clock
from stadtkern.kernel.errors import InvalidInput, NotVisible

Change = Literal["new", "changed", "unchanged", "removed"]
OWN_FIELDS = ("office", "fees", "processing_time", "life_situations", "related", "external_url")
"""What a page says of this municipality alone; an import leaves it as it is."""
LIST_CHANGES: Mapping[str, Change] = {"new": "new", "known": "unchanged", "other": "changed"}


class PackageIncomplete(InvalidInput):
    """A package with mistakes is not taken over; ``extra["problems"]`` lists all of them with their place."""

    code: ClassVar[str] = "package-incomplete"
    message = "Das Paket ist nicht vollständig oder nicht ausführbar und wird so nicht übernommen."
    message_en = "The package is incomplete or cannot be executed and is not taken over."

    def __init__(self, report: Report) -> None:
        super().__init__(extra={"problems": [problem.as_json() for problem in report.problems]})
        self.report = report


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A parameter of the package here: ``own`` is this municipality's value, ``state`` what holds."""

    name: str
    label: str
    unit: str
    default: str
    own: str | None
    state: Literal["own", "default", "unusable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What taking a package over means here, or meant. ``version`` is the number of the service's version once public."""

    slug: str
    known: bool
    parts: Mapping[str, Change]
    kept: tuple[str, ...]
    missing_offices: tuple[str, ...]
    missing_roles: tuple[str, ...]
    code_lists: tuple[code_lists.ListTaken, ...]
    missing_code_lists: tuple[str, ...]
    parameters: tuple[Setting, ...]
    unused_parameters: tuple[str, ...]
    running: tuple[tuple[str, int], ...]
    warnings: tuple[str, ...]
    outcome: Literal["planned", "published", "draft", "unchanged"] = "planned"
    version: int | None = None
    draft_id: UUID | None = None

    @property
    def complete(self) -> bool:
        """Whether it can go public here."""
        lists = self.missing_code_lists or [each for each in self.code_lists if each.state == "other"]
        return not (self.missing_offices or self.missing_roles or lists or self._unusable)

    @property
    def _unusable(self) -> list[str]:
        return [row.name for row in self.parameters if row.state == "unusable"]

    @property
    def same(self) -> bool:
        """Whether nothing is new."""
        return self.known and all(change == "unchanged" for change in self.parts.values())

    def as_json(self) -> dict[str, Any]:
        """What ``stadtkern package import`` prints."""
        cases = sum(count for _, count in self.running)
        return {
            "slug": self.slug,
            "outcome": self.outcome,
            "complete": self.complete,
            "known": self.known,
            "parts": dict(self.parts),
            "kept": list(self.kept),
            "missing": {
                "offices": list(self.missing_offices),
                "roles": list(self.missing_roles),
                "code_lists": list(self.missing_code_lists),
                "parameters": self._unusable,
            },
            "code_lists": [
                {
                    "key": row.key,
                    "title": row.title,
                    "entries": row.size,
                    "state": row.state,
                    "reason": row.reason,
                }
                for row in self.code_lists
            ],
            "parameters": [
                {
                    "name": row.name,
                    "default": row.default,
                    "own": row.own,
                    "state": row.state,
                    "unit": row.unit,
                }
                for row in self.parameters
            ],
            "unused_parameters": list(self.unused_parameters),
            "running_cases": {
                "count": cases,
                "versions": [{"since": since, "count": count} for since, count in self.running],
                "effect": "stay" if cases else "none",
            },
            "warnings": list(self.warnings),
            "version": self.version,
            "draft": str(self.draft_id) if self.draft_id else None,
        }


# --- giving away


def export_package(*, actor: Actor, slug: str, now: datetime) -> Package:
    """The published state of a service as a package, without any value of this municipality. Raises ``NotVisible``."""
    policies.require_designer(actor)
    package = installed_package(slug, now=now)
    if package is None:
        raise NotVisible("Für diese Leistung gibt es hier kein Verfahren.")
    audit.record(actor=actor, action="designer.export", obj=_object(slug), now=now, details={"slug": slug})
    return package


def _object(slug: str) -> tuple[str, UUID]:
    """What the audit entry is about; a service that is not public has no id outside its room."""
    found = services.find(slug)
    return ("service", found.id) if found else ("municipality", tenancy.current_id())


def installed_package(slug: str, *, now: datetime) -> Package | None:
    """What of a service is public here as a package; None without a procedure."""
    known = services.installed(slug)
    files = dict((known.process or {}).get("files") or {}) if known else {}
    if known is None or not files:
        return None
    published = forms.published(slug)
    stamp = (published.published_at if published else None) or now
    lists = code_lists.files_of(published.loaded.code_lists.values()) if published else {}
    files |= {SERVICE: json.dumps(known.content, ensure_ascii=False), **forms.files_of_published(slug, stamp)}
    card = json.loads(files[MANIFEST])
    card["version"] = max(known.number, int(card.get("version") or 1))
    files[MANIFEST] = dump_json(card).decode()
    return make_package({**lists, **{name: text.encode("utf-8") for name, text in files.items()}})


# --- taking over


def plan_import(
    *, actor: Actor, package: Package, now: datetime, offices: Mapping[str, str] | None = None
) -> Taking:
    """What taking over would mean; nothing is written. Raises ``PackageIncomplete``."""
    policies.require_designer(actor)
    report = check(package)
    if not report.ok:
        raise PackageIncomplete(report)
    return _plan(_at_home(package, offices or {}), report, now)


@transaction.atomic
def import_package(
    *, actor: Actor, package: Package, now: datetime, offices: Mapping[str, str] | None = None
) -> Taking:
    """Take a package over. Raises ``PackageIncomplete``, ``DraftExists``, ``BadContent``, ``Conflict`` (a code list that
    is here under the same version with other content).

    By the platform itself (command line) it goes public when it is complete; by a person it becomes a draft in the workshop.
    """
    plan = plan_import(actor=actor, package=package, now=now, offices=offices)
    package = _at_home(package, offices or {})
    if plan.same:
        return replace(plan, outcome="unchanged")
    code_lists.keep(actor=actor, package=package, now=now)
    if plan.complete and actor.kind == "system":
        taken = replace(plan, outcome="published", version=_publish(actor, package, plan, now))
    else:
        taken = replace(plan, outcome="draft", draft_id=_draft(actor, package, plan, now))
    audit.record(
        actor=actor,
        action="designer.import",
        obj=("procedure_draft", taken.draft_id) if taken.draft_id else _object(package.slug),
        now=now,
        details={"slug": package.slug, "outcome": taken.outcome, "version": package.version},
        retention="permanent",
    )
    return taken


def _at_home(package: Package, offices: Mapping[str, str]) -> Package:
    """The package with offices named as they are here."""
    if not offices or SERVICE not in package.files:
        return package
    content, card = package.json(SERVICE), package.json(MANIFEST)
    content["office"] = offices.get(content.get("office", ""), content.get("office", ""))
    needed = card.get("requires", {}).get("offices", [])
    card.setdefault("requires", {})["offices"] = [offices.get(name, name) for name in needed]
    return package.with_file(SERVICE, dump_json(content)).with_file(MANIFEST, dump_json(card))


def _plan(package: Package, report: Report, now: datetime) -> Taking:
    here = installed_package(package.slug, now=now)
    content = _content(package)
    settings, unused = _settings(package)
    lists = code_lists.judge(package)
    return Taking(
        slug=package.slug,
        known=here is not None or services.installed(package.slug) is not None,
        parts={**dict(_parts(package, here)), **{row.file: LIST_CHANGES[row.state] for row in lists}},
        kept=tuple(name for name in OWN_FIELDS if content.get(name) != package.json(SERVICE).get(name)),
        missing_offices=tuple(_missing_offices(package, str(content.get("office") or ""))),
        missing_roles=tuple(_missing_roles(package, str(content.get("office") or ""), now)),
        code_lists=lists,
        missing_code_lists=code_lists.missing(package),
        parameters=settings,
        unused_parameters=unused,
        running=tuple(processes.running_by_version(package.slug)),
        warnings=tuple(f"{row.path}: {row.message}" for row in report.problems if row.severity == "warning"),
    )


def _content(package: Package) -> dict[str, Any]:
    """What the page will say: the package's words, this municipality's own facts."""
    content = dict(package.json(SERVICE))
    known = services.installed(package.slug)
    if known is not None:
        content |= {name: known.content.get(name) for name in OWN_FIELDS if name in known.content}
    return content


def _parts(package: Package, here: Package | None) -> Iterator[tuple[str, Change]]:
    names = sorted({*package.files, *(here.files if here else ())})
    for name in names:
        if not (is_procedure(name) or name in (*OF_SERVICE, FORM_EN)):
            continue
        if here is None or name not in here.files:
            yield name, "new"
        elif name not in package.files:
            yield name, "removed"
        else:
            yield name, "unchanged" if _equal(name, package, here) else "changed"


def _equal(name: str, package: Package, here: Package) -> bool:
    if package.files[name] == here.files[name]:
        return True
    if name == FORM:
        return read_form(package.files[FORM]) == read_form(here.files[FORM])
    if name == SERVICE:
        return _without_own(package.json(name)) == _without_own(here.json(name))
    if name == MANIFEST:
        return _without_version(package.json(name)) == _without_version(here.json(name))
    return name.endswith(".json") and package.json(name) == here.json(name)


def _without_own(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in OWN_FIELDS}


def _without_version(card: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in card.items() if key not in ("version", "made_with", "requires")}


def _missing_offices(package: Package, office: str) -> Iterator[str]:
    needed = {office} if office else {""}
    if office == package.json(SERVICE).get("office"):
        needed |= set(package.manifest.get("requires", {}).get("offices", []))
    for slug in sorted(needed):
        if not slug or organizations.office(slug=slug) is None:
            yield slug or "?"


def _missing_roles(package: Package, office_slug: str, now: datetime) -> Iterator[str]:
    """Roles of the process that nobody holds here for this office; a second person is another one who may decide."""
    procedure, _ = compile_package(package)
    assert procedure is not None  # checked before
    office = organizations.office(slug=office_slug) if office_slug else None
    used = {node.role for process in procedure.processes.values() for node in process.nodes.values()}
    today = clock.local(now).date()
    office_id = office.id if office else None
    for role in sorted(role for role in used if role):
        if role in STAFF_ROLES and not access.holders(role, on=today, office_id=office_id):
            yield role
        if role == "second_person":
            people = access.holders("caseworker", "team_lead", on=today, office_id=office_id)
            if len(people) < 2:
                yield role


def _settings(package: Package) -> tuple[tuple[Setting, ...], tuple[str, ...]]:
    declared, _ = parse_parameters(package.json(PARAMETERS))
    own = processes.own_parameters(package.slug)
    rows = []
    for parameter in declared:
        state: Literal["own", "default", "unusable"] = "default"
        if parameter.name in own:
            try:
                parse_value(parameter.kind, own[parameter.name])
                state = "own"
            except BadValue:
                state = "unusable"
        rows.append(
            Setting(
                name=parameter.name,
                label=parameter.label,
                unit=parameter.unit,
                default=str(parameter.default),
                own=str(own[parameter.name]) if parameter.name in own else None,
                state=state,
            )
        )
    return tuple(rows), tuple(sorted(own.keys() - {row.name for row in declared}))


def _publish(actor: Actor, package: Package, plan: Taking, now: datetime) -> int:
    """Page, form and procedure go public together."""
    note = f"Paket {package.slug}, Fassung {package.version}"
    if _form_changed(plan):
        imported = forms.import_form(
            actor=actor,
            service_slug=package.slug,
            data=package.files[FORM],
            name=f"{package.slug}.xdf3.xml",
            rules=package.json(RULES),
            texts={"en": package.json(FORM_EN)} if FORM_EN in package.files else {},
            note=note,
            now=now,
        )
        forms.publish(actor=actor, version_id=imported.version.id, now=now)
    procedure = {name: package.text(name) for name in sorted(package.files) if is_procedure(name)}
    processes.keep({"files": procedure}, now=now)
    content = {**_content(package), "online": True}
    return services.publish_procedure(
        actor=actor, slug=package.slug, process={"files": procedure}, content=content, now=now, note=note
    )


def _form_changed(plan: Taking) -> bool:
    return any(plan.parts.get(name, "unchanged") != "unchanged" for name in (FORM, RULES, FORM_EN))


def _draft(actor: Actor, package: Package, plan: Taking, now: datetime) -> UUID:
    """Everything as a draft in the workshop; its form only where it is another one than here."""
    form = () if _form_changed(plan) else (FORM, RULES, FORM_EN)
    files = {name: package.text(name) for name in sorted(package.files) if _in_draft(name, form)}
    files[SERVICE] = dump_json(_content(package)).decode()
    title = str(package.manifest["title"]["de"])
    return create_draft(actor=actor, slug=package.slug, title=title, files=files, origin="import", now=now)


def _in_draft(name: str, form: tuple[str, ...]) -> bool:
    """Code lists stand on the shelf of the municipality, not in a draft."""
    return name not in form and not name.startswith(CODE_LISTS)
