"""Decision models made up by Hypothesis, in the form that the reader gives."""

from __future__ import annotations

from hypothesis import strategies as st

from stadtkern.kernel.dmn import model as m

LETTERS = st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff")
TEXTS = st.text(st.one_of(LETTERS, st.sampled_from("<>&\"\n\t '\r-")), max_size=12)
WORDS = st.lists(st.text("abcäöÜß_1", min_size=1, max_size=4), min_size=1, max_size=3).map(" ".join)
TYPES = st.sampled_from(["", "number", "string", "boolean", "date", "list<number>", "tPerson"])
IDS = st.text("abcdef", max_size=3)
FILLED = TEXTS.filter(lambda text: text != "")


def literals() -> st.SearchStrategy[m.Literal]:
    return st.builds(m.Literal, IDS, TYPES, TEXTS, st.sampled_from(["", "urn:feel", "JavaScript"]))


def entries(values: st.SearchStrategy[m.Boxed]) -> st.SearchStrategy[m.Entry]:
    return st.builds(m.Entry, WORDS, TYPES, values)


@st.composite
def tables(draw: st.DrawFn) -> m.DecisionTable:
    inputs = []
    for _ in range(draw(st.integers(0, 3))):
        text = draw(TEXTS)
        label = draw(st.one_of(st.just(text.strip()), WORDS)) or text.strip()
        inputs.append(m.InputClause(label, text, draw(TYPES), draw(TEXTS)))
    outputs = []
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.one_of(st.just(""), WORDS))
        outputs.append(
            m.OutputClause(name, draw(st.one_of(st.just(name), WORDS)), draw(TYPES), draw(TEXTS), draw(TEXTS))
        )
    notes = draw(st.integers(0, 2))
    rules = [
        m.Rule(
            draw(IDS),
            tuple(draw(TEXTS) for _ in inputs),
            tuple(draw(TEXTS) for _ in outputs),
            tuple(draw(TEXTS) for _ in range(notes)),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    policy = draw(st.sampled_from("UAFPCRO"))
    aggregation = draw(st.sampled_from(["", "SUM", "MIN", "MAX", "COUNT"])) if policy == "C" else ""
    return m.DecisionTable(
        draw(IDS), draw(TYPES), draw(WORDS), policy, aggregation, tuple(inputs), tuple(outputs), tuple(rules)
    )


def functions(body: st.SearchStrategy[m.Boxed | None]) -> st.SearchStrategy[m.FunctionDefinition]:
    params = st.lists(st.builds(m.Parameter, WORDS, TYPES), max_size=2).map(tuple)
    return st.builds(m.FunctionDefinition, IDS, TYPES, st.sampled_from(["FEEL", "Java"]), params, body)


def _deeper(inner: st.SearchStrategy[m.Boxed]) -> st.SearchStrategy[m.Boxed]:
    maybe = st.one_of(st.none(), inner)
    final = st.lists(st.builds(m.Entry, st.none(), st.just(""), inner), max_size=1)
    context = st.builds(
        m.Context,
        IDS,
        TYPES,
        st.tuples(st.lists(entries(inner), max_size=3), final).map(lambda pair: tuple(pair[0] + pair[1])),
    )
    relation = st.lists(WORDS, min_size=1, max_size=2).flatmap(
        lambda columns: st.builds(
            m.Relation,
            IDS,
            TYPES,
            st.just(tuple(columns)),
            st.lists(st.tuples(*(inner for _ in columns)), max_size=2).map(tuple),
        )
    )
    return st.one_of(
        context,
        relation,
        functions(maybe),
        st.builds(m.Invocation, IDS, TYPES, maybe, st.lists(entries(inner), max_size=2).map(tuple)),
        st.builds(m.ListOf, IDS, TYPES, st.lists(inner, max_size=3).map(tuple)),
        st.builds(m.Conditional, IDS, TYPES, maybe, maybe, maybe),
        st.builds(m.FilterBy, IDS, TYPES, maybe, maybe),
        st.builds(m.Iteration, IDS, TYPES, st.sampled_from(["for", "some", "every"]), WORDS, maybe, maybe),
    )


def boxed() -> st.SearchStrategy[m.Boxed]:
    return st.recursive(st.one_of(literals(), tables()), _deeper, max_leaves=4)


def items() -> st.SearchStrategy[m.ItemDefinition]:
    plain = st.builds(m.ItemDefinition, WORDS, TYPES, TEXTS, TEXTS, st.booleans(), st.just(()), st.none())
    params = st.lists(st.builds(m.Parameter, WORDS, TYPES), max_size=2).map(tuple)
    function = st.builds(
        m.ItemDefinition, WORDS, st.just(""), st.just(""), st.just(""), st.booleans(), st.just(()), st.tuples(params, TYPES)
    )  # fmt: skip
    nested = st.builds(
        m.ItemDefinition, WORDS, st.just(""), st.just(""), st.just(""), st.booleans(), st.lists(plain, max_size=2).map(tuple), st.none()
    )  # fmt: skip
    return st.one_of(plain, function, nested)


@st.composite
def models(draw: st.DrawFn) -> m.Definitions:
    """Inputs, functions, decisions (each may need what stands before it) and a service over them."""
    elements: list[m.Element] = []
    inputs, functions_, decisions = [], [], []
    for n in range(draw(st.integers(0, 3))):
        inputs.append(f"i_{n}")
        elements.append(m.InputData(f"i_{n}", draw(WORDS), draw(TYPES)))
    for n in range(draw(st.integers(0, 2))):
        needs = tuple(f"#{id_}" for id_ in functions_ if draw(st.booleans()))
        body = st.one_of(st.none(), boxed())
        elements.append(
            m.KnowledgeModel(
                f"k_{n}", draw(WORDS), draw(TYPES), needs, draw(st.one_of(st.none(), functions(body)))
            )
        )
        functions_.append(f"k_{n}")
    for n in range(draw(st.integers(0, 3))):
        needs = tuple(f"#{id_}" for id_ in (*inputs, *decisions, *functions_) if draw(st.booleans()))
        logic = draw(st.one_of(st.none(), boxed()))
        question = draw(TEXTS).strip()
        elements.append(m.Decision(f"d_{n}", draw(WORDS), draw(TYPES), needs, logic, question))
        decisions.append(f"d_{n}")
    if decisions:
        own = tuple(f"#{id_}" for id_ in decisions)
        service = m.DecisionService(
            "s_0", draw(WORDS), "", own[:1], own[1:], (), tuple(f"#{i}" for i in inputs)
        )
        elements.append(service)
    imports = tuple(
        draw(
            st.lists(
                st.builds(m.Import, WORDS, st.just("urn:other"), st.sampled_from(["", "a.dmn"])), max_size=1
            )
        )
    )
    return m.Definitions(
        draw(WORDS), "urn:test", "1.5", imports, tuple(draw(st.lists(items(), max_size=2))), tuple(elements)
    )
