"""Small decision models for the tests, in the versions of DMN that are in use."""

from __future__ import annotations

NAMESPACES = {
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}


def model(body: str, *, version: str = "1.5", namespace: str = "urn:test") -> bytes:
    """A whole file around the given elements."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{NAMESPACES[version]}" name="Test" namespace="{namespace}">{body}</definitions>'
    ).encode()


def decision(name: str, logic: str, *, needs: str = "", type_ref: str = "") -> str:
    """A decision; `needs` lists the names of what it requires, separated by commas."""
    requirements = "".join(_requirement(n.strip()) for n in needs.split(",") if n.strip())
    type_attribute = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<decision id="{_id(name)}" name="{name}"><variable name="{name}"{type_attribute}/>{requirements}{logic}</decision>'


def _requirement(name: str) -> str:
    kind, _, rest = name.partition(":")
    if rest:
        tag = {"bkm": "knowledgeRequirement", "in": "informationRequirement"}[kind]
        inner = {"bkm": "requiredKnowledge", "in": "requiredInput"}[kind]
        return f'<{tag}><{inner} href="#{_id(rest)}"/></{tag}>'
    return f'<informationRequirement><requiredDecision href="#{_id(name)}"/></informationRequirement>'


def _id(name: str) -> str:
    return "e_" + "".join(c if c.isalnum() else "_" for c in name)


def input_data(name: str, type_ref: str = "") -> str:
    type_attribute = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<inputData id="{_id(name)}" name="{name}"><variable name="{name}"{type_attribute}/></inputData>'


def literal(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<literalExpression><text>{escaped}</text></literalExpression>"


def table(
    policy: str,
    inputs: list[str],
    outputs: list[str],
    rules: list[list[str]],
    extra: str = "",
    values: str = "",
) -> str:
    """A decision table; each rule lists the tests, then the outputs."""
    columns = "".join(f"<input><inputExpression><text>{i}</text></inputExpression></input>" for i in inputs)
    order = f"<outputValues><text>{values}</text></outputValues>" if values else ""
    columns += "".join(f'<output name="{o}">{order}</output>' for o in outputs)
    rows = ""
    for rule in rules:
        cells = [c.replace("&", "&amp;").replace("<", "&lt;") for c in rule]
        tests = "".join(f"<inputEntry><text>{c}</text></inputEntry>" for c in cells[: len(inputs)])
        results = "".join(f"<outputEntry><text>{c}</text></outputEntry>" for c in cells[len(inputs) :])
        rows += f"<rule>{tests}{results}</rule>"
    return f'<decisionTable hitPolicy="{policy}" {extra}>{columns}{rows}</decisionTable>'


DOG_TAX = (
    input_data("Zahl der Hunde", "number")
    + input_data("Rasse", "string")
    + decision(
        "Steuersatz",
        table(
            "UNIQUE",
            ["Zahl der Hunde", "Rasse"],
            ["Satz"],
            [
                ["1", 'not("Bullterrier")', "186"],
                ["> 1", 'not("Bullterrier")', "216"],
                ["-", '"Bullterrier"', "600"],
            ],
        ),
        needs="in:Zahl der Hunde, in:Rasse",
        type_ref="number",
    )
    + decision(
        "Steuer",
        literal("Steuersatz * Zahl der Hunde"),
        needs="Steuersatz, in:Zahl der Hunde",
        type_ref="number",
    )
)
