"""Hypothesis strategies: whole forms with every kind of element, and answers that fit or do not fit them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from stadtkern.casework.forms.model import (
    CodeListReference,
    Constraints,
    Datatype,
    ElementArt,
    Field,
    Form,
    Group,
    Keyword,
    Kind,
    LegalBasis,
    Position,
    Predicate,
    Prefill,
    Publication,
    Reference,
    Relation,
    Rule,
    RuleParameter,
    Value,
)

# Everything XML can carry except the carriage return, which XML readers must turn into a line feed.
ANY_TEXT = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cs", "Cc", "Cn"),
        include_characters="\n\t",
        exclude_characters="\ufffe\uffff",
    ),
    max_size=30,
).map(str.strip)
# Whole forms draw their many texts from these: generating each one letter by letter takes most of the time.
TEXT = st.sampled_from(
    [
        "",
        "Name",
        "Wie heißen Sie?",
        "a\n  b\tc",
        "<a>&amp;\"'",
        "]]>",
        "§ 1 Đorđe C\u0306",
        "名前 \U0001f415",
        "x\u00a0y\u202f.",
        "0",
    ]
)
WORD = st.sampled_from(["a", "b c", "Größe", "é-1", "001", "<&>"])
DATE = st.sampled_from(["", "2025-01-31", "2024-02-29", "2021-03-05"])
MOMENT = st.sampled_from(
    ["", "2025-01-31T10:00:00Z", "2021-04-14T12:49:54.848Z", "2025-01-31T10:00:00+01:00"]
)
VERSION = st.sampled_from(["", "1.0.0", "1.2.0", "12.0.3"])

legal_bases = st.lists(
    st.builds(LegalBasis, text=WORD, link=st.sampled_from(["", "https://example.org/a?b=c&d"])), max_size=2
).map(tuple)
keywords = st.lists(st.builds(Keyword, text=WORD, uri=st.sampled_from(["", "urn:x"])), max_size=2).map(tuple)
publications = st.builds(
    Publication,
    status=st.integers(1, 8),
    status_set_on=DATE,
    status_set_by=TEXT,
    version_note=TEXT,
    valid_from=DATE,
    valid_to=DATE,
    published_on=DATE,
    changed_at=MOMENT,
)
parameters = st.lists(
    st.builds(RuleParameter, element=WORD, name=TEXT, type=st.sampled_from(["", "text"])), max_size=2
).map(tuple)


def _id(letter: str) -> st.SearchStrategy[str]:
    return st.integers(0, 99_999_999_999).map(lambda number: f"{letter}{number:011}")


relations = st.lists(
    st.builds(
        Relation,
        predicate=st.sampled_from(Predicate),
        target=st.builds(Reference, id=_id("F"), version=VERSION),
    ),
    max_size=2,
).map(tuple)
rules = st.lists(
    st.builds(
        Rule,
        id=_id("R"),
        version=VERSION,
        name=TEXT,
        description=TEXT,
        text=TEXT,
        legal_bases=legal_bases,
        keywords=keywords,
        author=TEXT,
        changed_at=MOMENT,
        type=st.sampled_from(["", "K", "V"]),
        parameters=parameters,
        targets=parameters.map(
            lambda items: tuple(RuleParameter(element=item.element, name=item.name) for item in items)
        ),
        script=TEXT,
    ),
    max_size=2,
).map(tuple)
constraints = st.builds(
    Constraints,
    min_length=st.sampled_from(["", "0", "2", "x"]),
    max_length=st.sampled_from(["", "5", "200"]),
    min_value=st.sampled_from(["", "1", "1900-01-01"]),
    max_value=st.sampled_from(["", "99.5", "2030-12-31"]),
    pattern=st.sampled_from(["", "[0-9]{5}", '[^"<&>]+']),
    note=TEXT,
)
values = st.lists(st.builds(Value, code=WORD, name=TEXT, help=TEXT), max_size=4).map(tuple)
code_lists = st.one_of(
    st.none(),
    st.builds(
        CodeListReference,
        uri=st.sampled_from(["", "urn:de:x"]),
        version=st.sampled_from(["", "1"]),
        version_uri=st.sampled_from(["", "urn:de:x_1"]),
    ),
)
fields = st.builds(
    Field,
    id=_id("F"),
    version=VERSION,
    name=TEXT,
    description=TEXT,
    definition=TEXT,
    legal_bases=legal_bases,
    publication=publications,
    question=TEXT,
    output=TEXT,
    art=st.sampled_from(ElementArt),
    help=TEXT,
    help_output=TEXT,
    keywords=keywords,
    relations=relations,
    kind=st.sampled_from(Kind),
    datatype=st.sampled_from(Datatype),
    constraints=constraints,
    content=TEXT,
    prefill=st.sampled_from(Prefill),
    values=values,
    code_list=code_lists,
    code_key=TEXT,
    name_key=TEXT,
    help_key=TEXT,
    rules=rules,
    max_size=st.one_of(st.none(), st.integers(0, 10**9)),
    media_types=st.lists(st.sampled_from(["application/pdf", "image/png"]), max_size=2).map(tuple),
)


@st.composite
def positions(draw: st.DrawFn, elements: st.SearchStrategy[Any]) -> Position:
    low = draw(st.integers(0, 3))
    high = draw(st.one_of(st.none(), st.integers(low, low + 3)))
    return Position(element=draw(elements), min=low, max=high, legal_bases=draw(legal_bases))


def children(elements: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Position, ...]]:
    return st.lists(positions(elements), max_size=most, unique_by=lambda position: position.id).map(tuple)


def groups(elements: st.SearchStrategy[Any]) -> st.SearchStrategy[Group]:
    return st.builds(
        Group,
        id=_id("G"),
        version=VERSION,
        name=TEXT,
        description=TEXT,
        definition=TEXT,
        legal_bases=legal_bases,
        publication=publications,
        question=TEXT,
        output=TEXT,
        art=st.sampled_from(ElementArt),
        help=TEXT,
        help_output=TEXT,
        keywords=keywords,
        relations=relations,
        choice=st.booleans(),
        rules=rules,
        children=children(elements),
    )


elements = st.recursive(fields, groups, max_leaves=4)
forms = st.builds(
    Form,
    id=_id("S"),
    version=VERSION,
    name=TEXT,
    description=TEXT,
    definition=TEXT,
    legal_bases=legal_bases,
    publication=publications,
    title=TEXT,
    help=TEXT,
    structure_modification=st.sampled_from("123"),
    representation_modification=st.sampled_from("123"),
    document_profile=st.one_of(st.none(), st.builds(Reference, id=_id("D"), version=VERSION)),
    keywords=keywords,
    relations=relations,
    rules=rules,
    children=children(elements, 4),
)

#: anything a hostile client may send as JSON
junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=True),
        st.text(max_size=20),
        st.sampled_from(
            [
                "",
                "ja",
                "31.12.2025",
                "1.234,56",
                "2025-02-30",
                "\x00",
                "\ud800",
                "9" * 400,
                "2025-01-01T99:99",
            ]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


def answers(form: Form) -> st.SearchStrategy[Any]:
    """Answers along the form, mixed with junk: ids are right, shapes and values often are not."""
    return _along(form.children)


def _along(positions: tuple[Position, ...]) -> st.SearchStrategy[Any]:
    parts: dict[str, st.SearchStrategy[Any]] = {}
    for position in positions:
        inner = _along(position.element.children) if isinstance(position.element, Group) else junk
        listed = st.lists(inner, max_size=3) if position.repeated else inner
        parts[position.id] = st.one_of(listed, listed, junk)
    return st.fixed_dictionaries({}, optional=parts)
