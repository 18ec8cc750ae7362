"""Decision models: versions, hit policies, boxed expressions, types, services, imports, traces."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from stadtkern.kernel.dmn import load
from tests.kernel.dmn.models import DOG_TAX, decision, input_data, literal, model, table


@pytest.mark.parametrize("version", ["1.2", "1.3", "1.4", "1.5"])
def test_models_of_all_versions_run_and_leave_a_trace(version: str) -> None:
    loaded = load(model(DOG_TAX, version=version))
    result = loaded.evaluate("Steuer", {"Zahl der Hunde": 2, "Rasse": "Dackel"})
    assert result.value == D(432)
    assert result.errors == ()
    assert loaded.definitions.version == version
    (entry,) = result.as_json()["trace"]  # type: ignore[misc]
    assert entry["decision"] == "Steuersatz"
    assert entry["rules"] == [2]
    assert entry["inputs"] == {"Zahl der Hunde": 2, "Rasse": "Dackel"}
    assert entry["hits"][0]["conditions"] == ["Zahl der Hunde: > 1", 'Rasse: not("Bullterrier")']


RULES = [['"a"', "1", '"low"'], ['"a"', "3", '"high"'], ['"a"', "2", '"low"'], ['"b"', "5", '"low"']]


@pytest.mark.parametrize(
    ("policy", "extra", "value", "expected"),
    [
        ("UNIQUE", "", "b", D(5)),
        ("UNIQUE", "", "a", None),
        ("UNIQUE", "", "c", None),
        ("ANY", "", "a", None),
        ("FIRST", "", "a", D(1)),
        ("RULE ORDER", "", "a", [D(1), D(3), D(2)]),
        ("PRIORITY", "", "a", D(3)),
        ("OUTPUT ORDER", "", "a", [D(3), D(2), D(1)]),
        ("COLLECT", "", "a", [D(1), D(3), D(2)]),
        ("COLLECT", 'aggregation="SUM"', "a", D(6)),
        ("COLLECT", 'aggregation="MIN"', "a", D(1)),
        ("COLLECT", 'aggregation="MAX"', "a", D(3)),
        ("COLLECT", 'aggregation="COUNT"', "a", D(3)),
    ],
)
def test_hit_policies(policy: str, extra: str, value: str, expected: object) -> None:
    rules = [[r[0], r[1]] for r in RULES]
    body = input_data("x") + decision(
        "d", table(policy, ["x"], ["o"], rules, extra, "5, 3, 2, 1"), needs="in:x"
    )
    result = load(model(body)).evaluate("d", {"x": value})
    assert result.value == expected
    assert (result.value is None) == bool(result.errors)


def test_priority_over_several_outputs_and_any_with_equal_ones() -> None:
    body = input_data("x") + decision(
        "d", table("PRIORITY", ["x"], ["n", "t"], RULES, values='"high", 3, "low", 2, 1'), needs="in:x"
    )
    assert load(model(body)).evaluate("d", {"x": "a"}).value == {"n": D(3), "t": "high"}
    same = input_data("x") + decision(
        "d", table("ANY", ["x"], ["o"], [["> 1", '"ja"'], ["> 2", '"ja"']]), needs="in:x"
    )
    result = load(model(same)).evaluate("d", {"x": 3})
    assert result.value == "ja"
    assert result.as_json()["trace"][0]["rules"] == [1, 2]  # type: ignore[index]


def test_default_output() -> None:
    logic = (
        "<decisionTable><input><inputExpression><text>x</text></inputExpression></input>"
        "<output><defaultOutputEntry><text>0</text></defaultOutputEntry></output>"
        "<rule><inputEntry><text>1</text></inputEntry><outputEntry><text>9</text></outputEntry></rule></decisionTable>"
    )
    loaded = load(model(input_data("x") + decision("d", logic, needs="in:x")))
    assert loaded.evaluate("d", {"x": 1}).value == D(9)
    assert loaded.evaluate("d", {"x": 2}).value == D(0)


def test_boxed_expressions() -> None:
    context = (
        f'<context><contextEntry><variable name="a b"/>{literal("2")}</contextEntry>'
        f'<contextEntry><variable name="liste"/><list>{literal("a b")}{literal("3")}</list></contextEntry>'
        f"<contextEntry>{literal('sum(liste) + a b')}</contextEntry></context>"
    )
    relation = (
        '<relation><column name="x"/><column name="y"/>'
        f"<row>{literal('1')}{literal('2')}</row><row>{literal('3')}{literal('4')}</row></relation>"
    )
    loop = f'<for iteratorVariable="i"><in>{literal("[1, 2]")}</in><return>{literal("i * 10")}</return></for>'
    chosen = f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>"
    either = f"<conditional><if>{literal('1 > 2')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>"
    every = f'<every iteratorVariable="i"><in>{literal("[1, 2]")}</in><satisfies>{literal("i > 1")}</satisfies></every>'
    parts = {
        "context": context,
        "relation": relation,
        "loop": loop,
        "chosen": chosen,
        "either": either,
        "every": every,
    }
    loaded = load(model("".join(decision(name, logic) for name, logic in parts.items())))
    assert {name: loaded.evaluate(name).value for name in parts} == {
        "context": D(7),
        "relation": [{"x": D(1), "y": D(2)}, {"x": D(3), "y": D(4)}],
        "loop": [D(10), D(20)],
        "chosen": [D(2), D(3)],
        "either": D(2),
        "every": False,
    }


KNOWLEDGE = (
    '<businessKnowledgeModel id="e_fakultät" name="fakultät"><variable name="fakultät"/><encapsulatedLogic>'
    '<formalParameter name="n" typeRef="number"/>'
    + literal("if n = 0 then 1 else n * fakultät(n - 1)")
    + "</encapsulatedLogic>"
    "</businessKnowledgeModel>"
)


def test_knowledge_models_call_themselves_and_are_invoked() -> None:
    invocation = f'<invocation>{literal("fakultät")}<binding><parameter name="n"/>{literal("4")}</binding></invocation>'
    body = (
        KNOWLEDGE
        + decision("a", literal("fakultät(5)"), needs="bkm:fakultät")
        + decision("b", invocation, needs="bkm:fakultät")
    )
    loaded = load(model(body + decision("c", literal('fakultät("x")'), needs="bkm:fakultät")))
    assert loaded.evaluate("a").value == D(120)
    assert loaded.evaluate("b").value == D(24)
    assert loaded.evaluate("fakultät", {"n": 3}).value == D(6)
    assert loaded.evaluate("c").value is None


TYPES = (
    '<itemDefinition name="tKind"><itemComponent name="Name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="Alter"><typeRef>tAlter</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="tAlter"><typeRef>number</typeRef><allowedValues><text>[0..120]</text></allowedValues></itemDefinition>'
    '<itemDefinition name="tKinder" isCollection="true"><typeRef>tKind</typeRef></itemDefinition>'
    '<itemDefinition name="tBaum"><itemComponent name="wert"><typeRef>number</typeRef></itemComponent>'
    '<itemComponent name="äste" isCollection="true"><typeRef>tBaum</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([{"Name": "A", "Alter": 3}, {"Name": "B", "Alter": 9}], [D(3), D(9)]),
        ({"Name": "A", "Alter": 3}, [D(3)]),
        ([{"Name": "A", "Alter": 121}], None),
        ([{"Name": 1, "Alter": 3}], None),
        (None, None),
    ],
)
def test_inputs_are_checked_against_item_definitions(value: object, expected: object) -> None:
    body = TYPES + input_data("Kinder", "tKinder") + decision("d", literal("Kinder.Alter"), needs="in:Kinder")
    assert load(model(body)).evaluate("d", {"Kinder": value}).value == expected


def test_recursive_types() -> None:
    body = TYPES + input_data("b", "tBaum") + decision("d", literal("b.äste.wert"), needs="in:b")
    loaded = load(model(body))
    assert loaded.evaluate("d", {"b": {"wert": 1, "äste": [{"wert": 2, "äste": []}]}}).value == [D(2)]
    assert (
        loaded.evaluate("d", {"b": {"wert": 1, "äste": [{"wert": "x"}]}}).errors[0].code
        == "feel-type-mismatch"
    )


SERVICE = (
    input_data("x", "number")
    + decision("doppelt", literal("x * 2"), needs="in:x")
    + decision("plus", literal("doppelt + 1"), needs="doppelt")
    + '<decisionService id="e_s" name="s"><variable name="s"/><outputDecision href="#e_plus"/>'
    '<encapsulatedDecision href="#e_doppelt"/><inputData href="#e_x"/></decisionService>'
    + '<decisionService id="e_t" name="t"><variable name="t"/><outputDecision href="#e_plus"/><outputDecision href="#e_doppelt"/>'
    '<inputDecision href="#e_doppelt"/></decisionService>'
    + decision("d", literal("s(5) + s(x: 1)"), needs="bkm:s")
)


def test_decision_services() -> None:
    loaded = load(model(SERVICE))
    assert loaded.evaluate("d").value == D(14)
    assert loaded.evaluate("s", {"x": 5}).value == D(11)
    assert loaded.evaluate("t", {"doppelt": 5}).value == {"plus": D(6), "doppelt": D(5)}


def test_services_take_imported_inputs_by_qualified_name() -> None:
    imported = model(
        input_data("Zahl", "number") + decision("doppelt", literal("Zahl * 2"), needs="in:Zahl"),
        namespace="urn:a",
    )
    body = (
        '<import name="a" namespace="urn:a" importType="x"/>'
        '<decisionService id="e_s" name="s"><variable name="s"/><outputDecision href="urn:a#e_doppelt"/>'
        '<inputData href="urn:a#e_Zahl"/></decisionService>'
        + decision("d", literal("s(4) + s(a.Zahl: 1)"), needs="bkm:s")
    )
    assert load(model(body), imports={"urn:a": imported}).evaluate("d").value == D(10)


def test_imports_see_their_own_inputs() -> None:
    imported = model(
        '<itemDefinition name="tName"><typeRef>string</typeRef></itemDefinition>'
        + input_data("Name", "tName")
        + decision("Gruß", literal('"Hallo " + Name'), needs="in:Name"),
        namespace="urn:a",
    )
    body = (
        '<import name="a" namespace="urn:a" importType="x"/>'
        '<decision id="e_d" name="d"><variable name="d" typeRef="a.tName"/><informationRequirement><requiredDecision href="urn:a#e_Gru_"/></informationRequirement>'
        + literal('a.Gruß + "!"')
        + "</decision>"
    )
    body = body.replace("e_Gru_", "e_Gruß")
    loaded = load(model(body), imports={"urn:a": imported})
    assert loaded.problems == []
    assert loaded.evaluate("d", {"a": {"Name": "Ada"}}).value == "Hallo Ada!"
    assert loaded.evaluate("d", {"Name": "Bo"}).value == "Hallo Bo!"
    codes = {p.code for p in load(model(body)).problems}
    assert codes == {"dmn-broken-reference", "dmn-unknown-type", "dmn-missing-import"}


def test_names_with_signs_in_other_decisions() -> None:
    context = f'<context><contextEntry><variable name="Netto-Betrag"/>{literal("5")}</contextEntry></context>'
    body = decision("Pre-bureau risk", context) + decision(
        "d", literal("Pre-bureau risk.Netto-Betrag * 2"), needs="Pre-bureau risk"
    )
    assert load(model(body)).evaluate("d").value == D(10)


def test_the_static_check_finds_wrong_names_and_types_with_their_place() -> None:
    body = (
        TYPES
        + input_data("Kind", "tKind")
        + decision("a", literal("Kind.Altr + 1"), needs="in:Kind")
        + decision(
            "b",
            table("UNIQUE", ["Kind.Alter"], ["o"], [['"x"', "1"], ["> 3", "Kind.Name + 1"]]),
            needs="in:Kind",
        )
        + decision("c", literal("Kind.Alter"), needs="")
        + decision("gut", literal("if Kind.Alter > 3 then Kind.Name else null"), needs="in:Kind")
    )
    found = [(p.element, p.code, p.text, p.offset) for p in load(model(body)).check()]
    assert found == [
        ("a", "feel-unknown-member", "Kind.Altr + 1", 0),
        ("b", "feel-operands", '"x"', 0),
        ("b", "feel-operands", "Kind.Name + 1", 0),
        ("c", "feel-unknown-name", "Kind.Alter", 0),
    ]
