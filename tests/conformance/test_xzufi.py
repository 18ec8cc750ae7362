"""XZuFi 2.2: the FIM portal's own schema accepts our export, and export then import gives an equal content."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from stadtkern.casework.services import shipped, xzufi
from stadtkern.casework.services.content import BadContent, Deadline, Document, Fee, LegalBasis, Text
from tests.shared import shared_data

SLUGS = shipped.slugs()


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    document = json.loads(shared_data("services/fim/fim-portal-api-0.24.0.openapi.json").read_text("utf-8"))
    return Draft202012Validator(
        {"$ref": "#/components/schemas/Leistung220", "components": document["components"]}
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_json_export_fits_the_schema_of_the_fim_portal(slug: str, validator: Any) -> None:
    data = json.loads(xzufi.as_json(shipped.load(slug).content))
    assert [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(data)
    ] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_shipped_services_survive_json_and_xml(slug: str) -> None:
    content = shipped.load(slug).content
    assert xzufi.read_any(xzufi.as_json(content).encode()) == [content]
    assert xzufi.read_any(xzufi.as_xml([content])) == [content]


def test_many_services_in_one_document() -> None:
    contents = [shipped.load(slug).content for slug in SLUGS]
    assert xzufi.from_xml(xzufi.as_xml(contents)) == contents


words = st.text(
    alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=30
).map(lambda text: "A" + text + "z")
texts = st.builds(Text, de=words, en=words)


@settings(max_examples=60, deadline=None)
@example(
    title=Text(de="A<b>z", en="A<0>z"),
    summary=Text(de="A<0>z"),
    label=Text(de="A&lt;z"),
    why=Text(de="A<i>z"),
    amount=None,
)
@given(title=texts, summary=texts, label=texts, why=texts, amount=st.none() | st.integers(0, 10**7))
def test_any_text_survives(title: Text, summary: Text, label: Text, why: Text, amount: int | None) -> None:
    content = replace(
        shipped.load(SLUGS[0]).content,
        title=title,
        summary=summary,
        fees=(Fee(label=label, amount_cents=amount, legal_basis="§ 1"),),
        deadlines=(Deadline(label=label),),
        documents=(
            Document(label=label, required=True, why=why),
            Document(label=label, required=False, why=Text()),
        ),
        legal_basis=(LegalBasis(citation="§ 2 X", title=label), LegalBasis(citation="§ 3", title=Text())),
        steps=(label, why),
    )
    assert xzufi.from_json(xzufi.as_json(content)) == [content]
    assert xzufi.from_xml(xzufi.as_xml([content])) == [content]


FOREIGN = """<x:leistungen xmlns:x="http://xoev.de/schemata/xzufi/2_2_0"><x:leistung>
<x:id schemeAgencyID="L100022">10268</x:id>
<x:referenzLeiKa listURI="urn:de:fim:leika:leistung"><code>99018115001001</code></x:referenzLeiKa>
<x:modulText><x:leikaTextmodul listURI="urn:x"><code>02</code></x:leikaTextmodul>
<x:inhalt languageCode="de">Führerschein: Umtausch</x:inhalt></x:modulText>
<x:modulText><x:leikaTextmodul><code>06</code></x:leikaTextmodul>
<x:inhalt languageCode="de">&lt;p&gt;Erster &amp;amp; zweiter&lt;/p&gt;&lt;p&gt;Absatz&lt;/p&gt;</x:inhalt></x:modulText>
</x:leistung></x:leistungen>"""


def test_reads_a_document_of_somebody_else() -> None:
    (content,) = xzufi.read_any(FOREIGN.encode())
    assert content.slug == "fuehrerschein-umtausch" or content.slug == "10268"
    assert content.leika_key == "99018115001001"
    assert content.title.de == "Führerschein: Umtausch"
    assert content.description.de == "Erster & zweiter\n\nAbsatz"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[1]",
        b"{}",
        b"<a>",
        b"<a/>",
        b'<x:leistungen xmlns:x="http://xoev.de/schemata/xzufi/2_2_0"/>',
        b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>',
        FOREIGN.replace("2_2_0", "9_9_9").encode(),
        FOREIGN.replace("Führerschein: Umtausch", "").encode(),
    ],
)
def test_bad_documents_are_refused(data: bytes) -> None:
    with pytest.raises(BadContent):
        xzufi.read_any(data)
