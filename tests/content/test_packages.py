"""Every online package can go live: it loads, has no open rule, and its checks give an answer on real submissions."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from stadtkern.casework.forms.model import Field, walk
from stadtkern.casework.forms.quality import check_form, fatal
from stadtkern.casework.forms.ruleset_check import check_ruleset
from stadtkern.casework.processes.decisions_check import Known, report
from stadtkern.casework.processes.rules import PLACEHOLDER, needs_second_person, run_checks
from tests.content.packages import ONLINE, Package, package, read_json

SAMPLES = ("sample", "sample-problem")
#: what the letters of a case may name besides the aliases of the form
CASE_WORDS = {
    "antragsteller",
    "aktenzeichen",
    "leistung",
    "eingangsdatum",
    "kommune",
    "amt",
    "amt_anschrift",
    "termin",
}
#: (service, second person needed for sample, for sample-problem)
SECOND_PERSON = {
    "akteneinsicht": (False, False),
    "aufenthaltserlaubnis-verlaengern": (True, True),
    "aufgrabung": (False, True),
    "aussengastronomie": (False, True),
    "baumfaellgenehmigung": (False, True),
    "bewohnerparkausweis": (False, False),
    "bildung-und-teilhabe": (False, True),
    "ehrenamtskarte": (False, False),
    "feuerwerk-ausnahme": (False, True),
    "fundsachen": (False, False),
    "gaststaettengestattung": (False, True),
    "geburtsurkunde": (False, False),
    "gewerbe-anmelden": (False, False),
    "handwerkerparkausweis": (False, True),
    "hund-abmelden": (False, False),
    "hundesteuer-anmeldung": (False, True),
    "kita-platz": (False, False),
    "meldebescheinigung": (False, False),
    "muelltonne-aendern": (False, False),
    "parkerleichterung-schwerbehinderte": (False, False),
    "schulbuchausleihe": (False, False),
    "sepa-mandat": (False, False),
    "sondernutzung-strassenfest": (True, True),
    "sperrmuell": (False, False),
    "wochenmarkt-standplatz": (True, True),
    "wohngeld": (False, True),
}
FEES = {
    "akteneinsicht": (0, 0),
    "aufenthaltserlaubnis-verlaengern": (9300, 0),
    "aufgrabung": (8000, 23000),
    "aussengastronomie": (108000, 403200),
    "baumfaellgenehmigung": (6000, 10000),
    "bewohnerparkausweis": (3000, 6000),
    "bildung-und-teilhabe": (0, 0),
    "ehrenamtskarte": (0, 0),
    "feuerwerk-ausnahme": (5000, 12000),
    "fundsachen": (500, 500),
    "gaststaettengestattung": (4000, 105000),
    "geburtsurkunde": (1500, 2250),
    "gewerbe-anmelden": (2600, 2600),
    "handwerkerparkausweis": (24000, 22500),
    "hund-abmelden": (0, 500),
    "hundesteuer-anmeldung": (0, 0),
    "kita-platz": (0, 0),
    "meldebescheinigung": (0, 1600),
    "muelltonne-aendern": (1500, 0),
    "parkerleichterung-schwerbehinderte": (0, 0),
    "schulbuchausleihe": (0, 0),
    "sepa-mandat": (0, 0),
    "sondernutzung-strassenfest": (2500, 315000),
    "sperrmuell": (0, 2500),
    "wochenmarkt-standplatz": (70000, 210000),
    "wohngeld": (0, 0),
}


@pytest.fixture(params=ONLINE)
def pack(request: pytest.FixtureRequest) -> Package:
    return package(request.param)


def test_rules_fit_the_form_and_none_is_open(pack: Package) -> None:
    assert check_ruleset(pack.ruleset, pack.form) == ()


def test_quality_list_finds_no_error(pack: Package) -> None:
    findings = check_form(pack.form)
    assert not fatal(findings), [finding.as_json() for finding in findings]


def test_form_has_the_size_of_five_minutes(pack: Package) -> None:
    questions = [
        position
        for _, position in walk(pack.form.children)
        if isinstance(position.element, Field) and position.element.is_editable
    ]
    assert 15 <= len(questions) <= 50


def test_uploads_name_types_and_size(pack: Package) -> None:
    uploads = [
        position.element
        for _, position in walk(pack.form.children)
        if isinstance(position.element, Field) and position.element.datatype == "file"
    ]
    for field in uploads:
        assert field.media_types and field.max_size is not None, field.id


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_valid_submissions(pack: Package, name: str) -> None:
    result = pack.judge(pack.sample(name))
    assert result.problems == ()
    assert result.rule_errors == ()
    assert result.calculated


def test_the_two_samples_see_different_questions(pack: Package) -> None:
    plain, problem = (pack.judge(pack.sample(name)).hidden for name in SAMPLES)
    assert plain - problem, "the problem sample shows nothing that the plain one hides"


def test_plain_sample_passes_every_blocking_check(pack: Package) -> None:
    results = run_checks(pack.procedure, pack.facts(pack.sample("sample")))
    assert [result.check.id for result in results if result.blocks] == []


def test_problem_sample_fails_a_blocking_check(pack: Package) -> None:
    results = run_checks(pack.procedure, pack.facts(pack.sample("sample-problem")))
    assert [result.check.id for result in results if result.blocks and result.outcome == "problem"]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_check_has_an_answer(pack: Package, name: str) -> None:
    results = run_checks(pack.procedure, pack.facts(pack.sample(name)))
    assert [(result.check.id, result.error) for result in results if result.outcome == "unknown"] == []


@pytest.mark.parametrize("slug", ONLINE)
def test_fee_and_second_person(slug: str) -> None:
    pack = package(slug)
    for name, fee, second in zip(SAMPLES, FEES[slug], SECOND_PERSON[slug], strict=True):
        facts = pack.facts(pack.sample(name))
        assert pack.procedure.fee_cents(facts) == fee
        assert needs_second_person(pack.procedure, facts) is second
        if facts.get("gebuehr_euro") is not None:
            assert fee == round(100 * facts["gebuehr_euro"]), "form and process must name the same fee"


def test_decisions_only_ask_for_aliases(pack: Package) -> None:
    known = {*pack.ruleset.aliases, "parameter"}
    for model in pack.procedure.models.values():
        assert set(model.inputs) <= known
        assert model.check() == []


def test_letters_name_only_what_exists(pack: Package) -> None:
    known = set(pack.ruleset.aliases) | CASE_WORDS
    texts = [
        *pack.procedure.texts.letters.values(),
        pack.procedure.texts.remedy,
        *(block.text for block in pack.procedure.texts.blocks),
    ]
    for text in texts:
        assert set(PLACEHOLDER.findall(text)) <= known


def test_remedy_is_complete(pack: Package) -> None:
    if not pack.procedure.texts.decision_kinds:
        return  # nothing is decided, so there is nothing to object to
    for words in ("eines Monats", "Widerspruch", "schriftlich", "Niederschrift", "elektronisch"):
        assert words in pack.procedure.texts.remedy


def test_every_decision_has_a_block_and_a_letter(pack: Package) -> None:
    for kind in pack.procedure.texts.decision_kinds:
        assert pack.procedure.texts.letters[kind].count("\n\n") >= 2
        assert pack.procedure.texts.blocks_for(kind)


def test_english_texts_cover_the_form(pack: Package) -> None:
    english = read_json(pack.folder / "form.en.json")["elements"]
    for _, position in walk(pack.form.children):
        element = position.element
        text = english[element.id]
        assert text["label"].strip()
        assert bool(element.help) == bool(text.get("help")) or element.id in _PLAIN_IN_BOTH, element.id
        if isinstance(element, Field) and element.values:
            assert set(text["values"]) == {value.code for value in element.values}


#: help that needs no second language
_PLAIN_IN_BOTH: set[str] = set()


# --- the rules can also say no --------------------------------------------------------------------------------

BROKEN = [
    ("hundesteuer-anmeldung", "richtigkeit", False, "statement-true"),
    ("hundesteuer-anmeldung", "mandat", False, "mandate-given"),
    ("hundesteuer-anmeldung", "geburtsdatum", "2015-01-01", "keeper-of-age"),
    ("hundesteuer-anmeldung", "haltung_seit", "2025-01-01", "kept-after-birth"),
    ("hundesteuer-anmeldung", "rasse", "pitbull", "listed-breed-is-dangerous"),
    ("hundesteuer-anmeldung", "rasse", "mischling", "need-rasse-text"),
    ("bewohnerparkausweis", "gueltig_ab", "2025-10-13", "starts-soon"),
    ("bewohnerparkausweis", "fahrzeugart", "anhaenger", "no-trailer"),
    ("bewohnerparkausweis", "halter", "firma", "need-nutzung-nachweis"),
    ("sondernutzung-strassenfest", "datum", "2025-10-01", "day-in-future"),
    ("sondernutzung-strassenfest", "ende", "13:00:00", "end-after-start"),
    ("sondernutzung-strassenfest", "sperrung", "voll", "need-verkehrsplan"),
    ("sondernutzung-strassenfest", "rettungsweg", False, "rescue-lane"),
    ("meldebescheinigung", "zweck", "heirat", "residence-for-marriage"),
    ("meldebescheinigung", "pdf_genuegt", False, "pdf-accepted"),
    ("meldebescheinigung", "art", "erweitert", "at-least-one-content"),
    ("baumfaellgenehmigung", "umfang", 20, "too-thin"),
    ("baumfaellgenehmigung", "eigenschaft", "miete", "need-zustimmung"),
    ("baumfaellgenehmigung", "termin", "2025-10-14", "date-ahead"),
    ("aufenthaltserlaubnis-verlaengern", "titel_bis", "2025-01-31", "permit-not-long-expired"),
    ("aufenthaltserlaubnis-verlaengern", "titel_bis", "2027-01-31", "not-too-early"),
    ("aufenthaltserlaubnis-verlaengern", "zweck", "studium", "need-immatrikulation"),
]


@pytest.mark.parametrize(("slug", "alias", "value", "rule"), BROKEN)
def test_a_wrong_answer_is_refused_with_its_rule(slug: str, alias: str, value: Any, rule: str) -> None:
    pack = package(slug)
    raw = copy.deepcopy(pack.sample("sample"))
    _put(raw, pack.ruleset.aliases[alias].split("/"), value)
    assert rule in [problem.rule for problem in pack.judge(raw).problems]


def _put(raw: Any, steps: list[str], value: Any) -> None:
    target = raw[0] if isinstance(raw, list) else raw
    if len(steps) == 1:
        target[steps[0]] = value
    else:
        _put(target[steps[0]], steps[1:], value)


# --- the showcase of a decision table ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dangerous", "rules", "euros"),
    [
        ([], [], 0),
        ([False], [1], 120),
        ([False, False], [1, 2], 300),
        ([False, False, False, False], [1, 2, 3], 780),
        ([True], [4], 600),
        ([True, False, True], [1, 4], 1320),
    ],
)
def test_dog_tax_is_a_table_with_a_reason(dangerous: list[bool], rules: list[int], euros: int) -> None:
    decided = package("hundesteuer-anmeldung").procedure.decide("steuer", {"gefaehrlich": dangerous})
    assert (decided.value, decided.error) == (100 * euros, "")
    assert [hit.number for table in decided.trace for hit in table.hits] == rules


@pytest.mark.parametrize("name", SAMPLES)
def test_form_and_table_name_the_same_dog_tax(name: str) -> None:
    pack = package("hundesteuer-anmeldung")
    facts = pack.facts(pack.sample(name))
    assert (
        facts["jahressteuer"] and pack.procedure.decide("steuer", facts).value == 100 * facts["jahressteuer"]
    )


def test_a_municipality_sets_its_own_dog_tax() -> None:
    procedure = package("hundesteuer-anmeldung").procedure
    own = {each.name: each.default for each in procedure.parameters} | {"steuer_ersthund_cents": 9000}
    assert procedure.decide("steuer", {"gefaehrlich": [False], "parameter": own}).value == 9000


def test_the_table_of_the_dog_tax_leaves_nothing_open() -> None:
    for model in package("hundesteuer-anmeldung").procedure.models.values():
        known = dict.fromkeys(package("hundesteuer-anmeldung").ruleset.aliases, Known())
        found = report(model.definitions, "steuer", known)
        assert found.cells == () and found.coverage.is_clean and found.coverage.unclear == ()
