"""OGC API Features over a published dataset, asked through the address that clients use."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from stadtkern.data.datasets import actions, api
from stadtkern.data.datasets.ogc import crs, documents, items, parameters
from stadtkern.foundation.tenancy import api as tenancy

pytestmark = pytest.mark.django_db

HOST = {"HTTP_HOST": "mainz.localhost"}
ROWS = 57


def publish(make_actor: Any, path: Path, now: datetime, *, title: str, dataset: Any = None) -> Any:
    first, second = make_actor("data_editor"), make_actor("data_editor")
    key, number = actions.take_over(
        actor=first, source=path, file_name=path.name, now=now, dataset_id=dataset
    )
    passport = api.Passport(
        title=title, description="Alle städtischen Bäume mit Art und Lage.", publisher="Stadt Mainz", contact_email="d@mainz.example",
        licence="dl-zero-de/2.0", themes=("ENVI",), privacy="open",
    )  # fmt: skip
    actions.describe(actor=first, dataset_id=key, passport=passport, now=now)
    actions.hand_over(actor=first, dataset_id=key, number=number, now=now)
    actions.release(actor=second, dataset_id=key, number=number, now=now)
    return key


@pytest.fixture
def trees(settings: Any, tmp_path: Path, make_actor: Any, now: datetime) -> Iterator[Any]:
    settings.DATA_DIR = tmp_path / "var"
    path = tmp_path / "baeume.csv"
    lines = [
        f"{n};{['Linde', 'Ahorn', 'Bergkiefer'][n % 3]};{n + 0.5};2024-05-{n % 28 + 1:02};ja;{8.2 + n / 1000:.3f};{49.9 + n / 1000:.3f}"
        for n in range(ROWS)
    ]
    path.write_text(
        "Nr;Art;Höhe;gepflanzt;gesund;lon;lat\n"
        + "\n".join(lines).replace(".", ",").replace(",csv", ".csv")
        + "\n"
    )
    yield publish(make_actor, path, now, title="Bäume")


def get(client: Any, path: str, status: int = 200, **headers: str) -> Any:
    answer = client.get(f"/ogc{path}", **HOST, **headers)
    assert answer.status_code == status, answer.content[:300]
    return answer


def features(client: Any, query: str = "") -> Any:
    return json.loads(get(client, f"/collections/baeume/items{query}").content)


def test_documents_lead_from_one_to_the_next(client: Any, trees: Any) -> None:
    landing = json.loads(get(client, "/").content)
    rels = {link["rel"]: link["href"] for link in landing["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= set(rels)
    for href in rels.values():
        assert client.get(href.removeprefix("http://mainz.localhost"), **HOST).status_code == 200
    assert any(
        "ogcapi-features-1/1.0/conf/core" in one
        for one in json.loads(get(client, "/conformance").content)["conformsTo"]
    )
    (found,) = json.loads(get(client, "/collections").content)["collections"]
    assert found["id"] == "baeume" and found["storageCrs"] == crs.CRS84 and len(found["crs"]) == 4
    assert found["extent"]["spatial"]["bbox"] == [pytest.approx([8.2, 49.9, 8.256, 49.956])]
    schema = json.loads(get(client, "/collections/baeume/queryables").content)
    assert (
        schema["properties"]["Höhe"]["type"] == "number"
        and schema["properties"]["gepflanzt"]["format"] == "date"
    )
    described = json.loads(get(client, "/api").content)
    assert (
        described["openapi"].startswith("3.0") and "/collections/{collectionId}/items" in described["paths"]
    )


def test_pages_by_key_visit_everything_once(client: Any, trees: Any) -> None:
    seen: list[int] = []
    path = "/ogc/collections/baeume/items?limit=10&gesund=true"
    while path:
        answer = json.loads(client.get(path, **HOST).content)
        assert answer["numberMatched"] == ROWS and answer["numberReturned"] == len(answer["features"])
        seen += [feature["id"] for feature in answer["features"]]
        path = next(
            (
                link["href"].removeprefix("http://mainz.localhost")
                for link in answer["links"]
                if link["rel"] == "next"
            ),
            "",
        )
        assert not path or "@1/" in path
    assert len(seen) == len(set(seen)) == ROWS


def test_a_feature_has_its_values(client: Any, trees: Any) -> None:
    (found,) = features(client, "?Nr=7")["features"]
    assert found["geometry"] == {"type": "Point", "coordinates": [8.207, 49.907]}
    assert found["properties"] == {
        "Nr": "7",
        "Art": "Ahorn",
        "Höhe": 7.5,
        "gepflanzt": "2024-05-08",
        "gesund": True,
        "lon": 8.207,
        "lat": 49.907,
    }
    alone = json.loads(get(client, f"/collections/baeume/items/{found['id']}").content)
    assert alone["properties"] == found["properties"]
    get(client, "/collections/baeume/items/99999", 404)
    get(client, "/collections/baeume/items/x", 404)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", ROWS),
        ("?bbox=8.2,49.9,8.2105,49.9105", 11),
        ("?bbox=8.2,49.9,0,8.2105,49.9105,100", 11),
        ("?bbox=49.9,8.2,49.9105,8.2105&bbox-crs=" + quote(f"{crs.EPSG}4326"), 11),
        ("?bbox=170,-10,-170,10", 0),
        ("?filter=" + quote("Art = 'Linde' and \"Höhe\" < 10"), 4),
        ("?filter-lang=cql2-json&filter=" + quote('{"op":"=","args":[{"property":"Art"},"Linde"]}'), 19),
        ("?filter=" + quote("s_intersects(geom, BBOX(8.2,49.9,8.2105,49.9105))") + "&Art=Linde", 4),
        (
            "?filter="
            + quote("s_intersects(geom, BBOX(49.9,8.2,49.9105,8.2105))")
            + "&filter-crs="
            + quote(f"{crs.EPSG}4326"),
            11,
        ),
        ("?Art=Ahorn", 19),
        ("?gepflanzt=2024-05-08", 2),
        ("?datetime=2024-05-01T00:00:00Z/..", ROWS),
    ],
)
def test_conditions(client: Any, trees: Any, query: str, number: int) -> None:
    assert features(client, query)["numberMatched"] == number


@pytest.mark.parametrize(
    "query",
    [
        "?limit=0", "?limit=x", "?limit=1&limit=2", "?bbox=1,2,3", "?bbox=1,2,3,x", "?bbox=0,10,1,0", "?unbekannt=1", "?crs=EPSG:99999", "?f=html",
        "?filter=nichts%20=%201", "?filter=(", "?filter-lang=sql&filter=1", "?datetime=gestern", "?datetime=../..", "?datetime=2025-01-01/2024-01-01",
        "?after=-1", "?properties=gibtsnicht", "?bbox=nan,1,2,3", "?bbox-crs=x&bbox=1,2,3,4", "?f=parquet&crs=" + quote(f"{crs.EPSG}3857"),
    ],
)  # fmt: skip
def test_wrong_queries_answer_400(client: Any, trees: Any, query: str) -> None:
    answer = get(client, f"/collections/baeume/items{query}", 400)
    assert answer["Content-Type"] == "application/problem+json" and json.loads(answer.content)["description"]


def test_reference_systems(client: Any, trees: Any) -> None:
    by = {}
    for uri in crs.OFFERED:
        answer = get(client, f"/collections/baeume/items?Nr=0&crs={quote(uri)}")
        assert answer["Content-Crs"] == f"<{uri}>"
        by[uri] = json.loads(answer.content)["features"][0]["geometry"]["coordinates"]
    assert by[crs.CRS84] == [8.2, 49.9] and by[f"{crs.EPSG}4326"] == [49.9, 8.2]
    assert by[f"{crs.EPSG}25832"] == pytest.approx([442_530, 5_528_000], abs=500)
    assert by[f"{crs.EPSG}3857"] == pytest.approx([912_820, 6_428_976], abs=100)
    x, y = by[f"{crs.EPSG}25832"]
    box = f"{x - 50},{y - 50},{x + 50},{y + 50}"
    assert features(client, f"?bbox={box}&bbox-crs={quote(crs.EPSG + '25832')}")["numberMatched"] == 1


def test_formats(client: Any, trees: Any) -> None:
    import pyarrow.parquet

    answer = client.get("/ogc/collections/baeume/items?f=csv&limit=2", **HOST)
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert (
        lines[0] == "row,Nr,Art,Höhe,gepflanzt,gesund,lon,lat,geom"
        and len(lines) == 3
        and "POINT" in lines[1]
    )
    assert get(client, "/collections/baeume/items", HTTP_ACCEPT="text/csv")["Content-Type"].startswith(
        "text/csv"
    )
    content = get(client, "/collections/baeume/items?f=parquet&limit=5").content
    table = pyarrow.parquet.read_table(io.BytesIO(content))
    assert table.num_rows == 5 and b"geo" in table.schema.metadata


def test_old_versions_stay_where_they_were(
    client: Any, trees: Any, make_actor: Any, tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "neu.csv"
    path.write_text("Nr;lon;lat\n1;8,2;49,9\n")
    publish(make_actor, path, now, title="Bäume", dataset=trees)
    assert features(client)["numberMatched"] == 1
    pinned = get(client, "/collections/baeume@1/items")
    assert json.loads(pinned.content)["numberMatched"] == ROWS and "immutable" in pinned["Cache-Control"]
    for version, number in ((1, ROWS), (2, 1)):
        answer = client.get(f"/daten/datensatz/baeume/v{version}.geojson", **HOST)
        assert len(json.loads(b"".join(answer.streaming_content))["features"]) == number
    get(client, "/collections/baeume@3", 404)
    get(client, "/collections/baeume@x/items", 404)


def test_another_municipality_has_none_of_it(client: Any, trees: Any, bodenheim: Any) -> None:
    with tenancy.act_for(bodenheim.pk):
        assert (
            json.loads(client.get("/ogc/collections", HTTP_HOST="bodenheim.localhost").content)["collections"]
            == []
        )
        assert client.get("/ogc/collections/baeume/items", HTTP_HOST="bodenheim.localhost").status_code == 404
        assert client.get("/daten/datensatz/baeume/", HTTP_HOST="bodenheim.localhost").status_code == 404


def test_the_core_knows_no_framework() -> None:
    for module in (crs, documents, items, parameters):
        assert "django" not in Path(module.__file__ or "").read_text()
