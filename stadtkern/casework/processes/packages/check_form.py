"""The form of a package: readable, complete, its rules fitting; and the FEEL types of what processes see of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from stadtkern.casework.forms import definition as forms
from stadtkern.casework.processes.packages.model import (
    CODE_LISTS,
    FORM,
    FORM_EN,
    PARAMETERS,
    RULES,
    SERVICE,
    Package,
    Problem,
    code_list_file,
)
from stadtkern.casework.processes.packages.parameters import Parameter, parse_parameters
from stadtkern.casework.services import content as services
from stadtkern.kernel import feel
from stadtkern.kernel.feel.types import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    NUMBER,
    STRING,
    TIME,
    context_of,
    list_of,
)

TODAY = "heute"
_PARAMETER_TYPES = {"number": NUMBER, "text": STRING, "date": DATE, "boolean": BOOLEAN}
_TYPES: Mapping[forms.Datatype, feel.FeelType] = {
    forms.Datatype.TEXT: STRING,
    forms.Datatype.TEXT_LATIN: STRING,
    forms.Datatype.DATE: DATE,
    forms.Datatype.TIME: TIME,
    forms.Datatype.DATETIME: DATE_TIME,
    forms.Datatype.BOOL: BOOLEAN,
    forms.Datatype.NUM: NUMBER,
    forms.Datatype.NUM_INT: NUMBER,
    forms.Datatype.NUM_CURRENCY: NUMBER,
    forms.Datatype.FILE: list_of(CONTEXT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormParts:
    """What the rest of the check knows of the form: the names of its answers with their types."""

    aliases: Mapping[str, feel.FeelType] = field(default_factory=dict)
    complete: bool = False
    """False: there is no form, or it cannot be read; the names of its answers are not known then."""


def check_form(package: Package) -> tuple[FormParts, list[Problem]]:
    """What is wrong with page, form and rules of the service, and what is known of the form."""
    problems = list(_service(package))
    problems += [
        Problem(path=name, message=f"Im Paket einer Leistung fehlt {name}.", message_en=f"{name} is missing.")
        for name in (FORM, RULES)
        if name not in package.files
    ]
    form = _form(package, problems)
    ruleset = _ruleset(package, problems)
    if form is None or ruleset is None:
        return FormParts(), problems
    parameters, _wrong = parse_parameters(package.json(PARAMETERS))
    problems += _findings(form)
    problems += [
        Problem(path=RULES, element=found.where, message=_told(found), line=found.line, column=found.column)
        for found in forms.check_ruleset(ruleset, form, parameters=[each.name for each in parameters])
    ]
    problems += _types(ruleset, form, parameter_type(parameters))
    problems += _english(package, form)
    problems += _code_lists(package, form)
    aliases = {name: alias_type(form, path) for name, path in ruleset.aliases.items()}
    return FormParts(aliases=aliases, complete=True), problems


def _service(package: Package) -> Iterator[Problem]:
    if SERVICE not in package.files:
        yield Problem(
            path=SERVICE,
            message="Im Paket einer Leistung fehlt service.json.",
            message_en="service.json is missing.",
        )
        return
    data = package.json(SERVICE)
    if not isinstance(data, Mapping):
        yield Problem(path=SERVICE, message="Hier gehört ein Objekt hin.")
        return
    for path, text in services.problems_of(data):
        yield Problem(path=SERVICE, element=path, message=text)
    if data.get("slug") != package.slug:
        yield Problem(
            path=SERVICE,
            element="slug",
            message=f"Das Kürzel „{data.get('slug')}“ ist nicht das des Pakets („{package.slug}“).",
        )
    if not data.get("office"):
        yield Problem(path=SERVICE, element="office", message="Das zuständige Amt fehlt.", severity="warning")


def _form(package: Package, problems: list[Problem]) -> forms.Form | None:
    if FORM not in package.files:
        return None
    try:
        return forms.read_form(package.files[FORM])
    except forms.XdfError as error:
        problems.append(
            Problem(
                path=FORM, element=error.path, message=error.message, line=error.line, column=error.column
            )
        )
        return None


def _ruleset(package: Package, problems: list[Problem]) -> forms.Ruleset | None:
    if RULES not in package.files:
        return None
    try:
        return forms.parse_ruleset(package.json(RULES))
    except forms.RulesetError as error:
        problems.append(Problem(path=RULES, element=error.where, message=error.message, line=error.line))
        return None


def _findings(form: forms.Form) -> Iterator[Problem]:
    """What the quality list of FIM calls an error keeps a form from going live."""
    for found in forms.check_form(form):
        wrong = found.severity.startswith("Fehler")
        if wrong or found.severity == "Warnung":
            yield Problem(
                path=FORM,
                element=found.element,
                message=f"{found.message} (FIM {found.code})",
                code=found.code,
                severity="error" if wrong else "hint",
            )


def _told(found: forms.RulesetProblem) -> str:
    inside = found.code in ("bad-expression", "unknown-alias")
    return found.message + (f" (Zeile {found.line}, Zeichen {found.column})" if inside else "")


def parameter_type(parameters: Iterable[Parameter]) -> feel.FeelType:
    """The type of ``parameter`` in expressions."""
    return context_of({row.name: _PARAMETER_TYPES.get(row.kind, ANY) for row in parameters})


def _types(ruleset: forms.Ruleset, form: forms.Form, own: feel.FeelType) -> Iterator[Problem]:
    """Expressions that cannot mean what they say: a date compared with a text, a condition that is a number."""
    for where, place, expression in ruleset.expressions():
        types = {name: alias_type(form, path, place) for name, path in ruleset.aliases.items()}
        expected = None if where.startswith("calculations") else BOOLEAN
        try:
            feel.parse(expression, [*types, forms.PARAMETER])
            found = feel.check(
                expression, {**types, TODAY: DATE, forms.PARAMETER: own}, expected=expected, strict=False
            )
        except feel.FeelError:
            continue  # said already
        for each in found:
            yield Problem(
                path=RULES,
                element=where,
                message=f"{each.message} (Zeile {each.position.line}, Zeichen {each.position.column})",
                message_en=each.message_en,
                line=each.position.line,
                column=each.position.column,
                severity="error" if each.severity == "error" else "warning",
            )


def _english(package: Package, form: forms.Form) -> Iterator[Problem]:
    elements = package.json(FORM_EN).get("elements", {}) if FORM_EN in package.files else {}
    if not isinstance(elements, Mapping):
        elements = {}
    missing = [
        position.element.id
        for _, position in forms.walk(form.children)
        if not (elements.get(position.element.id) or {}).get("label")
    ]
    if missing:
        yield Problem(
            path=FORM_EN,
            element=", ".join(missing[:20]),
            message=f"Für {len(missing)} Elemente des Formulars fehlt der englische Text.",
            message_en=f"{len(missing)} elements of the form have no English text.",
            severity="warning",
        )


def _code_lists(package: Package, form: forms.Form) -> Iterator[Problem]:
    """Lists that cannot be read, that go by another name than their version, or that do not travel with the form."""
    inside: set[str] = set()
    for name in package.names(CODE_LISTS):
        try:
            codes = forms.read_code_list(package.files[name])
        except forms.XdfError as error:
            yield Problem(
                path=name, element=error.path, message=error.message, line=error.line, column=error.column
            )
            continue
        inside |= {codes.key, codes.uri}
        if name != code_list_file(codes.key):
            yield Problem(
                path=name,
                message=f"Die Datei enthält „{codes.key}“ und muss {code_list_file(codes.key)} heißen.",
                message_en=f"The file holds “{codes.key}” and must be named {code_list_file(codes.key)}.",
            )
    for key in sorted({key for _uri, key in forms.references(form)} - inside):
        yield Problem(
            path=CODE_LISTS,
            element=key,
            message=f"Die Codeliste „{key}“ liegt nicht im Paket. Wer es übernimmt, muss sie schon haben.",
            message_en=f"The code list “{key}” is not in the package. Whoever takes it over must have it.",
            severity="warning",
        )


def alias_type(form: forms.Form, path: str, place: str = "") -> feel.FeelType:
    """The FEEL type behind an alias, as seen from a place in the form (inside a repeated group: that instance)."""
    steps, around = path.split("/"), place.split("/")
    children, many, position = form.children, False, None
    for depth, step in enumerate(steps):
        position = next((item for item in children if item.id == step), None)
        if position is None:
            return ANY
        shared = (
            around[: depth + 1] == steps[: depth + 1] and len(around) > depth + 1 and len(steps) > depth + 1
        )
        many = many or (position.repeated and not shared)
        element = position.element
        if isinstance(element, forms.Field):
            kind = _TYPES.get(element.datatype, ANY)
            return list_of(kind) if many and element.datatype is not forms.Datatype.FILE else kind
        children = element.children
    return list_of(CONTEXT) if many else CONTEXT
