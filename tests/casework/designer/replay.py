"""A package made from nothing by the addresses of the workshop, as a person (or a program in her place) would do it.

``Replay(author, second, manager).make(package)`` reads from the package what to type on which page, and nothing else reaches the
installation: no file of the package is imported. The author designs, a second person publishes, the service manager writes the
page; then the public state is exported. ``differences`` says where the export is not the package.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.test import Client

from stadtkern.casework.designer import text_forms
from stadtkern.casework.designer.forms import kinds, properties
from stadtkern.casework.designer.forms.sheet import Sheet, read_sheet
from stadtkern.casework.forms.codec import to_json
from stadtkern.casework.forms.model import Element, Form, Group
from stadtkern.casework.forms.xdf import read_form
from stadtkern.casework.processes.packages.archive import read_zip
from stadtkern.casework.processes.packages.model import (
    FORM,
    FORM_EN,
    MANIFEST,
    PROCESS,
    RULES,
    SAMPLE_FILES,
    SERVICE,
    TESTS,
    Package,
)
from stadtkern.casework.services.desk import forms as page_forms
from stadtkern.kernel.dmn import model as dmn
from stadtkern.kernel.dmn.reader import read as read_dmn

HOME = "/arbeit/werkstatt/"
PAGES = "/arbeit/leistungen/"
FILE = "verfahren"


class Refused(AssertionError):
    """The installation did not keep what was typed."""


class Replay:
    """Three people at their browsers: who designs, who publishes, who writes the page."""

    def __init__(self, author: Client, second: Client, manager: Client) -> None:
        self.author, self.second, self.manager = author, second, manager
        self.draft = ""
        self.sent = 0

    def make(self, package: Package) -> Package:
        """The package as it is exported after everything has been typed and published."""
        card, title = package.manifest, package.manifest["title"]
        page = package.json(SERVICE)
        begun = {
            "origin": "standard",
            "slug": package.slug,
            "title": title["de"],
            "title_en": title["en"],
            "office": page["office"],
        }
        self.draft = self._to(self.author, f"{HOME}neu/", begun)["Location"]
        self._post("name/", {"title": title["de"], "title_en": title["en"], "kind": card["kind"]})
        self._form(package)
        self._parameters(package)
        self._post("ablauf/", {"xml": package.text(PROCESS)})
        self._decisions(package)
        self._texts(package)
        self._tests(package)
        self._publish()
        self._page(page)
        return self.export(package.slug)

    def export(self, slug: str) -> Package:
        """What is public now."""
        answer = self.author.get(f"{HOME}paket/{slug}.zip")
        assert answer.status_code == 200
        return read_zip(answer.content)

    def _to(self, client: Client, address: str, data: Mapping[str, Any]) -> Any:
        answer = client.post(address, {key: value for key, value in data.items() if value is not None})
        self.sent += 1
        if answer.status_code != 302:
            shown = answer.content.decode()
            raise Refused(
                f"{address}: {answer.status_code} {dict(data)!r:.600}\n{shown.partition('<main')[2][:3000]}"
            )
        return answer

    def _post(self, address: str, data: Mapping[str, Any]) -> Any:
        """A page of the draft; the revision stands in every form."""
        return self._to(self.author, self.draft + address, {"revision": self._revision(), **data})

    def _revision(self) -> str:
        from stadtkern.casework.designer.models import ProcedureDraft

        draft_id = self.draft.rstrip("/").rpartition("/")[2]
        return str(ProcedureDraft.objects.values_list("revision", flat=True).get(pk=draft_id))

    # --- the form

    def _form(self, package: Package) -> None:
        sheet = read_sheet({name: package.text(name) for name in package.files})
        english = sheet.english.get("title") or {}
        self._post(
            "formular/anfangen/",
            {
                "title": sheet.form.label,
                "title_en": english.get("en", ""),
                "legal_basis": "\n".join(each.text for each in sheet.form.legal_bases),
            },
        )
        made: dict[str, str] = {"": ""}
        for path, position in sheet.form.walk():
            above = path.rpartition("/")[0]
            answer = self._post(
                "formular/neu/",
                {
                    "kind": kinds.kind_of(position.element).code,
                    "parent": made[above] or None,
                    **_typed(sheet, path),
                },
            )
            made[path] = str(answer["Location"].partition("stelle=")[2].partition("#")[0].replace("%2F", "/"))

    # --- process, decisions, parameters

    def _parameters(self, package: Package) -> None:
        rows: dict[str, str] = {}
        for index, row in enumerate(package.json("parameters.json")):
            label = row["label"]
            values = {**row, "label_de": label["de"], "label_en": label["en"]}
            rows |= {f"{index}-{name}": str(values[name]) for name in ("name", "type", "unit", "label_de", "label_en", "default", "legal_basis")}  # fmt: skip
        if rows:
            self._post("parameter/", rows)

    def _decisions(self, package: Package) -> None:
        wanted = read_dmn(package.files[f"decisions/{FILE}.dmn"])
        there = {"fee", "four_eyes"}  # the standard procedure has them
        decisions = [each for each in wanted.elements if isinstance(each, dmn.Decision)]
        for each in decisions:
            kind = "table" if isinstance(each.logic, dmn.DecisionTable) else "literal"
            page = f"entscheidungen/{FILE}/{each.id}/"
            if each.name in there and kind == "table":  # a table instead of the expression
                self._post(page, {"name": each.name, "literal": "null", "do": "remove"})
                there.remove(each.name)
            if each.name not in there:
                self._post("entscheidungen/", {"name": each.name, "question": each.question, "kind": kind})
        for each in decisions:
            said = {"name": each.name, "question": each.question, "type": each.type_ref, "do": "save"}
            self._post(f"entscheidungen/{FILE}/{each.id}/", said | _logic(each.logic))

    # --- texts, tests

    def _texts(self, package: Package) -> None:
        texts = package.json("texts.json")
        for name, section in text_forms.SECTIONS.items():
            sent: dict[str, Any] = {}
            for fields in text_forms.shown(section, texts):
                for field in fields:
                    value = field.value
                    if field.kind == "check":
                        value = "1" if value else None
                    sent[field.id] = value if isinstance(value, list) or value is None else str(value)
            self._post(f"texte/{name}/", sent)

    def _tests(self, package: Package) -> None:
        """Played on the page and kept; then what is to be expected besides is written into it."""
        for name in package.names(TESTS):
            case = package.json(name)
            played = {"case": json.dumps({"steps": case["steps"]}), "input": json.dumps(case["input"])}
            self._post("tests/spielen/", played | {"keep": "1", "name": case["name"]})
            short = name.removeprefix(TESTS).removesuffix(".json")
            self._post(f"tests/fall/{short}/", {"text": package.text(name)})

    # --- publishing, the page

    def _publish(self) -> None:
        self._post("uebergeben/", {"note": "Bitte prüfen."})
        address = f"{self.draft}veroeffentlichen/"
        self._to(self.second, address, {"decision": "publish", "revision": self._revision()})

    def _page(self, page: Mapping[str, Any]) -> None:
        address = f"{PAGES}{page['slug']}/"
        typed = {name: text for name, text in page_forms.values_of(page).items() if text}
        day = dict(zip(("year", "month", "day"), str(page["reviewed_on"]).split("-"), strict=True))
        typed |= {f"reviewed_on_{name}": text for name, text in day.items()}
        lists = {"life_situations": page["life_situations"], "audience": page["audience"]}
        self._to(self.manager, f"{address}bearbeiten/", {**typed, **lists, "online": "1"})
        self._to(self.manager, f"{address}veroeffentlichen/", {"version": "2"})


def _typed(sheet: Sheet, path: str) -> dict[str, str]:
    """What stands in the fields of the page of an element."""
    return {name: text for name, text in properties.read(sheet, path).items() if name != "prefill"}


def _logic(logic: dmn.Boxed | None) -> dict[str, str]:
    if isinstance(logic, dmn.Literal):
        return {"literal": logic.text}
    assert isinstance(logic, dmn.DecisionTable)
    inputs, outputs = len(logic.inputs), len(logic.outputs)
    notes = max((len(rule.annotations) for rule in logic.rules), default=0)
    policy = logic.hit_policy + (f":{logic.aggregation}" if logic.aggregation else "")
    sent = {"inputs": inputs, "outputs": outputs, "notes": notes, "rules": len(logic.rules), "policy": policy}
    for at, clause in enumerate(logic.inputs):
        sent |= {f"in-{at}-label": clause.label, f"in-{at}-text": clause.text, f"in-{at}-type": clause.type_ref, f"in-{at}-values": clause.values}  # fmt: skip
    for at, output in enumerate(logic.outputs):
        sent |= {f"out-{at}-name": output.name, f"out-{at}-label": output.label, f"out-{at}-type": output.type_ref, f"out-{at}-values": output.values, f"out-{at}-default": output.default}  # fmt: skip
    for row, rule in enumerate(logic.rules):
        cells = (*rule.tests, *rule.outputs, *rule.annotations)
        sent |= {f"r-{row}-id": rule.id} | {f"r-{row}-{at}": cell for at, cell in enumerate(cells)}
    return {name: str(value) for name, value in sent.items()}


def differences(made: Package, wanted: Package) -> list[str]:
    """The files that say something else. Example applications are no part of a procedure; who publishes a package numbers and
    signs it; a form carries the time at which it was made; the order of keys in page, rules and translations means nothing."""
    names = {*made.files, *(name for name in wanted.files if name not in SAMPLE_FILES)}
    return [name for name in sorted(names) if _meaning(name, made) != _meaning(name, wanted)]


def _meaning(name: str, package: Package) -> Any:
    if name not in package.files:
        return None
    if name == FORM:
        return to_json(_timeless(read_form(package.files[name])))
    if name == MANIFEST:
        return {key: value for key, value in package.manifest.items() if key not in ("version", "author")}
    return package.json(name) if name in (SERVICE, RULES, FORM_EN) else package.files[name]


def _timeless(form: Form) -> Form:
    def untimed(element: Element) -> Any:
        same = replace(element, publication=replace(element.publication, status_set_on="", changed_at=""))
        if isinstance(same, Group):
            return replace(
                same, children=tuple(replace(each, element=untimed(each.element)) for each in same.children)
            )
        return same

    children = tuple(replace(each, element=untimed(each.element)) for each in form.children)
    return replace(
        form, children=children, publication=replace(form.publication, status_set_on="", changed_at="")
    )
