"""What is executable, why not, and what can go wrong."""

from __future__ import annotations

import pytest

from stadtkern.casework.processes.bpmn import Finding, NotExecutable, check, compile
from stadtkern.casework.processes.bpmn.expressions import read_text
from stadtkern.casework.processes.bpmn.findings import CATALOGUE
from stadtkern.kernel.feel.types import NUMBER
from tests.casework.processes.bpmn.models import END, START, flows, read

G = "exclusiveGateway"


def codes(body: str, severity: str = "") -> set[tuple[str, str]]:
    found = check(read(body)).findings
    return {(f.code, f.element_id) for f in found if not severity or f.severity == severity}


def one(body: str, code: str) -> Finding:
    return next(f for f in check(read(body)).findings if f.code == code)


def test_a_plain_process_is_executable() -> None:
    report = check(read(START + '<userTask id="a" stadtkern:role="amt"/>' + END + flows("s>a", "a>e")))
    assert report.executable
    assert report.findings == ()
    assert {element.id for element in report.elements if element.executable} == {
        "P",
        "s",
        "a",
        "e",
        "s_a",
        "a_e",
    }


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ('<complexGateway id="x"/>', "kind"),
        ('<adHocSubProcess id="x"/>', "kind"),
        ('<transaction id="x"/>', "kind"),
        ('<serviceTask id="x"/>', "connector-missing"),
        ('<businessRuleTask id="x"/>', "decision-missing"),
        ('<callActivity id="x"/>', "call-missing"),
        ('<scriptTask id="x"/>', "script-empty"),
        ('<scriptTask id="x" scriptFormat="groovy"><script>x = 1</script></scriptTask>', "script-language"),
        ('<userTask id="x"><standardLoopCharacteristics/></userTask>', "standard-loop"),
        ('<userTask id="x"><multiInstanceLoopCharacteristics/></userTask>', "loop-without-collection"),
        ('<receiveTask id="x" instantiate="true"/>', "receive-start"),
        ('<intermediateCatchEvent id="x"/>', "event"),
        ('<intermediateCatchEvent id="x"><conditionalEventDefinition/></intermediateCatchEvent>', "event"),
        ('<intermediateCatchEvent id="x"><timerEventDefinition/></intermediateCatchEvent>', "timer-missing"),
        (
            '<intermediateCatchEvent id="x"><timerEventDefinition/><messageEventDefinition/></intermediateCatchEvent>',
            "several-events",
        ),
        (
            '<userTask id="x"><extensionElements><stadtkern:due amount="3" unit="jahre"/></extensionElements></userTask>',
            "due-unit",
        ),
    ],
)
def test_what_is_not_executable_says_why_and_what_to_do(element: str, code: str) -> None:
    body = START + element + END + flows("s>x", "x>e")
    report = check(read(body))
    found = next(f for f in report.findings if f.code == code)
    assert (found.element_id, found.severity) == ("x", "error")
    assert found.message and found.message_en and found.suggestion and found.suggestion_en
    assert "{" not in found.message + found.suggestion.replace("{ Gebühr", "")
    assert not report.executable
    assert next(e for e in report.elements if e.id == "x").executable is False
    with pytest.raises(NotExecutable) as caught:
        compile(read(body))
    assert code in {problem["code"] for problem in caught.value.problems}


def test_a_mistake_in_an_expression_has_its_position() -> None:
    body = (
        START
        + f'<{G} id="g" default="g_e"/><task id="a"/>'
        + END
        + flows("s>g", "g>a: betrag >", "g>e", "a>e")
    )
    found = one(body, "feel")
    assert (found.element_id, found.expression) == ("g_a", "betrag >")
    assert found.position is not None and (found.position.line, found.position.column) == (1, 9)
    assert "Zeile 1, Zeichen 9" in found.suggestion


def test_unknown_names_are_found_when_the_known_ones_are_given() -> None:
    body = (
        START
        + f'<{G} id="g" default="g_e"/><task id="a"/>'
        + END
        + flows("s>g", "g>a: Betra > 3", "g>e", "a>e")
    )
    found = next(f for f in check(read(body), {"Betrag": NUMBER}).findings if f.code == "feel-check")
    assert found.suggestion == "Betrag" and found.position is not None
    assert "feel-check" not in {f.code for f in check(read(body)).findings}


def test_other_languages_are_translated_or_named() -> None:
    assert read_text("${!approved && level == 'A'}").feel == 'not(approved) and level = "A"'
    assert read_text("= approved ").feel == "approved"
    assert read_text("not(bpmn:getDataObject('x'))", "http://www.w3.org/1999/XPath").feel == "not(x)"
    assert read_text("a > 1", "https://www.omg.org/spec/DMN/20191111/FEEL/").feel == "a > 1"
    assert read_text("'!a && b' == x").feel == '"!a && b" = x'
    assert read_text("x.y()", "application/javascript").code == "expression-language"
    assert read_text("a >").code == "feel-error"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<task id="a"/><task id="b"/>' + flows("s>a", "a>e"), ("unreachable", "b")),
        ('<userTask id="a"/><userTask id="b"/>' + flows("s>a", "a>b", "b>a"), ("no-end", "a")),
        (f'<{G} id="g"/><task id="a"/>' + flows("s>g", "g>a: x", "g>e: y", "a>e"), ("no-default", "g")),
        (
            f'<{G} id="g" default="g_e"/><task id="a"/>' + flows("s>g", "g>a", "g>e", "a>e"),
            ("missing-condition", "g_a"),
        ),
        (
            f'<{G} id="g" default="g_b"/><task id="a"/><task id="b"/><parallelGateway id="j"/>'
            + flows("s>g", "g>a: x", "g>b", "a>j", "b>j", "j>e"),
            ("join-never", "j"),
        ),
        (
            f'<parallelGateway id="p"/><task id="a"/><{G} id="g" default="g_e"/><parallelGateway id="j"/>'
            + flows("s>p", "p>a", "p>g", "a>j", "g>j: x", "g>e", "j>e"),
            ("join-waits", "j"),
        ),
        (
            f'<parallelGateway id="p"/><task id="a"/><task id="b"/><{G} id="m"/>'
            + flows("s>p", "p>a", "p>b", "a>m", "b>m", "m>e"),
            ("runs-twice", "m"),
        ),
        (
            f'<scriptTask id="a"/><{G} id="g" default="g_e"/>' + flows("s>a", "a>g", "g>a: x", "g>e"),
            ("endless", "a"),
        ),
    ],
)
def test_soundness(body: str, expected: tuple[str, str]) -> None:
    assert expected in codes(START + body + END, "problem")


@pytest.mark.parametrize(
    "body",
    [
        '<parallelGateway id="p"/><task id="a"/><task id="b"/><parallelGateway id="j"/>'
        + flows("s>p", "p>a", "p>b", "a>j", "b>j", "j>e"),
        '<inclusiveGateway id="p" default="p_b"/><task id="a"/><task id="b"/><inclusiveGateway id="j"/>'
        + flows("s>p", "p>a: x", "p>b", "a>j", "b>j", "j>e"),
        f'<{G} id="m"/><userTask id="a" stadtkern:role="r"/><{G} id="g" default="g_e"/>'
        + flows("s>m", "m>a", "a>g", "g>m: nochmal", "g>e"),
        '<task id="a"/><task id="b"/><parallelGateway id="j"/>' + flows("s>a", "s>b", "a>j", "b>j", "j>e"),
    ],
)
def test_sound_processes_are_left_alone(body: str) -> None:
    assert codes(START + body + END, "problem") == set()
    assert codes(START + body + END, "error") == set()


def test_a_flow_out_of_a_sub_process_is_not_executable() -> None:
    body = START + '<subProcess id="u"><task id="a"/></subProcess>' + END + flows("s>u", "u>e", "a>e")
    assert ("flow-crosses-scope", "a_e") in codes(body, "error")


def test_large_nets_end_in_time() -> None:
    body = "".join(
        f'<inclusiveGateway id="o{i}"/><inclusiveGateway id="c{i}"/>'
        + "".join(f'<task id="t{i}_{k}"/>' for k in range(7))
        for i in range(4)
    )
    lines = ["s>o0", *(f"c{i}>o{i + 1}" for i in range(3)), "c3>e"]
    lines += [line for i in range(4) for k in range(7) for line in (f"o{i}>t{i}_{k}: x", f"t{i}_{k}>c{i}")]
    assert {code for code, _ in codes(START + body + END + flows(*lines), "problem")} == {"no-default"}


def test_every_sentence_exists_in_both_languages() -> None:
    for severity, *texts in CATALOGUE.values():
        assert severity in {"error", "problem", "hint"}
        assert all(texts)


def test_a_known_name_may_be_the_beginning_of_a_longer_one() -> None:
    data = '<dataObject id="d" name="Antrag"/><dataObject id="d2" name="Antrag Stand"/>'
    body = data + START + f'<{G} id="g" default="g_e"/><task id="a"/>' + END
    body += flows("s>g", "g>a: Antrag Stand Neu.ok = 1", "g>e", "a>e")
    assert not {code for code, _ in codes(body)} & {"feel", "feel-check"}
