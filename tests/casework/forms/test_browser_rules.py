"""The same rules in the browser and on the server: every rule of every installed form, and composed expressions.

What ``portable`` lets through must agree here; an expression that it keeps back stays with the server. Node evaluates one
batch with the very module that the pages load.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from stadtkern.casework.forms.browser.live import rule_of, rules_of_page, sent
from stadtkern.casework.forms.browser.portable import LIST, Kind, ServerOnly, kind_of
from stadtkern.casework.forms.evaluate import evaluate
from stadtkern.casework.forms.loading import LoadedForm
from stadtkern.casework.forms.model import Datatype, Field
from stadtkern.casework.forms.rules_run import _rounded
from stadtkern.casework.forms.ruleset import TODAY, compiled, parse_ruleset
from stadtkern.kernel.feel import evaluate as feel
from tests.casework.forms import samples as s
from tests.casework.forms.browser_rules import DAYS, NAMES, Answers, Composer, context, in_browser, installed

COMPOSED = 500
FORMS = list(installed())
APPLICATIONS_PER_FORM = max(3, 70 // len(FORMS))


def same(server: object, browser: dict[str, Any], places: int) -> bool:
    """Numbers as decimals after the rounding that people see; the rest as it is, null being no false."""
    if "error" in browser:
        return False
    if isinstance(server, Decimal | int | float) and not isinstance(server, bool):
        wanted = Decimal(str(server)).quantize(Decimal(1).scaleb(-places), "ROUND_HALF_UP")
        return "number" in browser and Decimal(browser["number"]) == wanted
    found = browser.get("value", browser.get("number"))
    return bool(found == (server.isoformat() if isinstance(server, date | time) else server))


def test_every_rule_of_every_installed_form_agrees() -> None:
    """Through the form: answers are laid out, conditions hide, and each rule is asked at each of its places."""
    batch: list[tuple[str, dict[str, Any], int]] = []
    wanted: list[tuple[str, object]] = []
    for slug, form, ruleset, own in FORMS:
        rules = [rule_of(form, ruleset, at, text, own) for _, at, text in ruleset.expressions()]
        for number in range(APPLICATIONS_PER_FORM):
            today = DAYS[number % len(DAYS)]
            run = evaluate(
                form,
                ruleset,
                Answers(form, ruleset, today, f"{slug}{number}").make(),
                today=today,
                parameters=own,
            ).run
            for rule in rules:
                position = form.at(rule.at)
                money = (
                    getattr(position.element if position else None, "datatype", None) is Datatype.NUM_CURRENCY
                )
                for place in [] if rule.reason else run.places(rule.at):
                    aliases = {
                        name: run.alias(ruleset.aliases[name], place)
                        if name in ruleset.aliases
                        else own[name.partition(".")[2]]
                        for name in rule.names - {TODAY}
                    }
                    given = {
                        name: [sent(value, rule.kinds[name]), rule.kinds[name]]
                        for name, value in aliases.items()
                    }
                    given[TODAY] = [today.isoformat(), "date"]
                    batch.append((rule.expression, given, 2 if money else 12))
                    wanted.append((f"{slug} {place}", run.value(rule.expression, place)))
    answers = in_browser(batch)
    wrong = [
        f"{where}: {expression} with {given}: server {value!r}, browser {answer}"
        for (expression, given, places), (where, value), answer in zip(batch, wanted, answers, strict=True)
        if not same(value, answer, places)
    ]
    assert len(batch) > 500 and len({str(value) for _, value in wanted}) > 20, "the answers reach nothing"
    assert not wrong, f"{len(wrong)} of {len(batch)} differ:\n" + "\n".join(wrong[:20])


def test_a_value_that_a_municipality_gets_later_is_seen_by_a_form_that_is_loaded() -> None:
    """Forms stay in the process; what holds in the municipality does not."""
    rules = {"aliases": {"n": "F1"}, "conditions": [{"path": "F2", "visible_if": "n > parameter.grenze"}]}
    loaded = LoadedForm(
        version_id=UUID(int=1), definition_id=UUID(int=2), service_slug="fest", number=1, state="published", title="",
        form=s.form(s.at(s.field("F1", Datatype.NUM_INT)), s.at(s.field("F2"), "0:1")), ruleset=parse_ruleset(rules), code_lists={}, texts={},
    )  # fmt: skip

    def shown(parameters: dict[str, object]) -> frozenset[str]:
        judged = loaded.judge({"F1": 5}, today=date(2025, 10, 14), parameters=parameters)
        return rules_of_page(loaded, ("F1", "F2"), judged, "de").conditioned

    assert [shown({}), shown({"grenze": Decimal(3)}), shown({"grenze": "drei"})] == [set(), {"F2"}, set()]


def test_most_rules_run_in_the_browser() -> None:
    """Those that do not are printed with their reason; if they were many, nobody would notice the help."""
    rules = [
        (slug, rule_of(form, ruleset, at, text, own))
        for slug, form, ruleset, own in FORMS
        for _, at, text in ruleset.expressions()
    ]
    kept = [f"{slug} {rule.at}: {rule.expression} ({rule.reason})" for slug, rule in rules if rule.reason]
    sys.stdout.write(
        "\n".join([f"{len(rules) - len(kept)} of {len(rules)} rules run in the browser", *kept]) + "\n"
    )
    assert len(kept) <= 0.1 * len(rules), kept


def test_composed_expressions_agree() -> None:
    """What an office may write tomorrow: expressions made only of what ``portable`` lets through."""
    composer = Composer(20251014)
    kinds: tuple[Kind, ...] = ("bool", "bool", "bool", "integer", "number", "date")
    texts = {composer.of(kinds[n % len(kinds)], 3) for n in range(COMPOSED)}
    names = {**NAMES, "item": ""}
    allowed = [text for text in sorted(texts) if not _refused(text, names)]
    assert len(allowed) > 0.5 * len(texts), "too much of what is composed is refused"
    batch = []
    wanted = []
    for n, text in enumerate(allowed):
        values = context(n)
        batch.append((text, {name: [values[name], kind] for name, kind in NAMES.items()}, 2))
        wanted.append(feel(text, _typed(values)))
    wrong = [
        f"{text}: server {value!r}, browser {answer}; {given}"
        for (text, given, places), value, answer in zip(batch, wanted, in_browser(batch), strict=True)
        if not same(value, answer, places)
    ]
    assert not wrong, f"{len(wrong)} of {len(batch)} differ:\n" + "\n".join(wrong[:10])


def _refused(text: str, names: dict[str, Kind]) -> bool:
    try:
        kind_of(compiled(text).expr, names)
    except ServerOnly:
        return True
    return False


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    makers: dict[str, Callable[[Any], Any]] = {
        "date": date.fromisoformat,
        "time": time.fromisoformat,
        "number": lambda number: Decimal(str(number)),
    }
    found: dict[str, Any] = {}
    for name, value in values.items():
        inner = NAMES[name].removeprefix(LIST)
        make = makers.get(inner, lambda plain: plain)
        typed = (
            [make(item) for item in value]
            if isinstance(value, list)
            else None
            if value is None
            else make(value)
        )
        first, _, member = name.partition(".")
        if member:
            found.setdefault(first, {})[member] = typed
        else:
            found[first] = typed
    return found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("menge + 0.2 = 0.3", "computed"),
        ("sum(preise) > 100", "computed"),
        ('name < "b"', "orders"),
        ('matches(name, "a+")', "function"),
        ("anzahl = name", "compares"),
        ("geburtsdatum.year > 2000", "member"),
        ("anzahl / 3", "/"),
        ("unbekannt = 1", "name"),
        ('duration("PT1H")', "duration"),
        ("wahl[item = false] = null", "filters"),
        ("arten[starts with(name, item)] = null", "more than"),
        ("anzahl in [5..1]", "plain value"),
        ("anzahl between 1 and 5", "Between"),
        ("some x in arten satisfies x = name", "Quantified"),
        ("for x in mengen return x + 1", "For"),
        ("date(name)", "computed"),
        ("12345678901234567 = anzahl", "literal"),
    ],
)
def test_what_stays_with_the_server(text: str, reason: str) -> None:
    with pytest.raises(ServerOnly, match=reason):
        kind_of(compiled(text).expr, NAMES)


def test_money_is_rounded_half_up_in_both() -> None:
    """The ties that binary numbers miss."""
    texts = ["1.005", "2.675", "1.1 * 1.15", "-1.005", "0.1 + 0.2", "1000000.005", "4.35 * 100"]
    answers = in_browser([(text, {}, 2) for text in texts])
    field = Field(id="F1", datatype=Datatype.NUM_CURRENCY)
    for text, answer in zip(texts, answers, strict=True):
        assert Decimal(answer["number"]) == _rounded(field, feel(text)), text
