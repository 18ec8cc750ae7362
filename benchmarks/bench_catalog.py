"""The catalogue with 20,000 datasets: search in the process, the page over HTTP, a page of RDF, harvesting, judging.

    python -m benchmarks.bench_catalog [DATASETS]

The datasets are made from words that occur in real catalogues of German cities; every tenth has a publisher of its own.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from dataclasses import replace
from urllib.parse import quote

from benchmarks.town import Client, figures, inside, report, town
from stadtkern.data.catalog.engine import writing
from stadtkern.data.catalog.engine.judging import judge
from stadtkern.data.catalog.engine.records import Agent, Catalogue, Distribution, Entry, Listed
from stadtkern.kernel.search import Entry as Findable
from stadtkern.kernel.search import Index

EU = "http://publications.europa.eu/resource/authority/"
WHAT = [
    "Haushalt",
    "Bäume",
    "Verkehrszählung",
    "Kindertagesstätten",
    "Bevölkerung",
    "Wahlergebnisse",
    "Bebauungspläne",
    "Spielplätze",
    "Luftqualität",
    "Radwege",
    "Schulen",
    "Straßenverzeichnis",
    "Sozialhilfe",
    "Baugenehmigungen",
    "Trinkbrunnen",
    "Denkmäler",
    "Parkplätze",
    "Stromverbrauch",
    "Hebesätze",
    "Tourismus",
    "Arbeitsmarkt",
    "Hundesteuer",
    "Wasserstände",
    "Lärmkarte",
    "Fahrplandaten",
    "Bodenrichtwerte",
    "Abfallkalender",
    "Grünflächen",
    "Ratsbeschlüsse",
    "Energieverbrauch",
]
WHERE = [
    "Mainz",
    "Bodenheim",
    "Ingelheim",
    "Nieder-Olm",
    "Worms",
    "Bingen",
    "Alzey",
    "Trier",
    "Koblenz",
    "Speyer",
    "Landau",
    "Ludwigshafen",
    "Kaiserslautern",
    "Neuwied",
]
THEMES = ["AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "JUST", "REGI", "SOCI", "TECH", "TRAN"]
FORMATS = ["CSV", "XLSX", "JSON", "GEOJSON", "SHP", "PDF", "GML", "WFS_SRVC"]
QUESTIONS = (
    "haushalt mainz", "bäume", "kita plätze", "radwege karte", "wahlergebnisse 2019", "bevölkerung nach stadtteilen", "luftqualität worms",
    "strasenverzeichnis", "hundesteuer", "daten über lärm", "bodenrichtwerte landau 2015", "schulen in trier", "qqqq",
)  # fmt: skip
PAGE = 1_000


def dataset(number: int) -> Entry:
    """The dataset of that number, always the same."""
    by = random.Random(number)
    what, where, year = by.choice(WHAT), by.choice(WHERE), 2000 + by.randrange(25)
    base = f"https://land.example/daten/{number}"
    return Entry(
        id=base,
        identifier=f"land-{number}",
        title=(("de", f"{what} {where} {year}"),),
        description=(("de", f"{what} in {where}, Stand {year}. " + " ".join(by.choices(WHAT, k=12))),),
        publisher=Agent(name=f"Amt {number}" if number % 10 == 0 else f"Stadt {where}", id=f"{base}#amt"),
        distributions=tuple(
            Distribution(
                id=f"{base}/{form}", access_url=f"{base}/datei.{form.lower()}", licence="http://dcat-ap.de/def/licenses/dl-by-de/2.0",
                format=f"{EU}file-type/{form}",
            )
            for form in by.sample(FORMATS, by.randrange(1, 4))
        ),
        themes=(f"{EU}data-theme/{by.choice(THEMES)}",),
        keywords=(("de", what), ("de", where)),
        modified=f"{year}-{by.randrange(1, 13):02}-15",
    )  # fmt: skip


def source_of(number: int):  # type: ignore[no-untyped-def]
    """A source of that many datasets in pages of a thousand, as Turtle."""
    frame = Catalogue(
        id="https://land.example/",
        title=(("de", "Land"),),
        description=(("de", "Land"),),
        publisher=Agent(name="Land"),
    )

    def fetch(address: str, *, most_bytes: int, seconds: float) -> bytes:
        start = int(address.rsplit("/", 1)[-1])
        listed = [
            Listed(entry=dataset(at), record_id=f"https://land.example/r/{at}")
            for at in range(start, min(start + PAGE, number))
        ]
        further = f"https://land.example/{start + PAGE}" if start + PAGE < number else ""
        paging = writing.Paging(collection="https://land.example/c", this=address, total=number, next=further)
        return writing.serialize(writing.catalogue_graph(frame, listed, paging), "ttl")

    return fetch


def searches(number: int) -> dict[str, float]:
    """Milliseconds of a ranking in an index of that size, in this process."""
    entries = []
    for at in range(number):
        one = dataset(at)
        words = tuple(word for _, word in one.keywords)
        entries.append(
            Findable(
                key=str(at),
                title=one.title[0][1],
                synonyms=words,
                summary=one.description[0][1],
                text=one.publisher.name,
            )
        )
    began = time.process_time()
    index = Index(entries, "de", people=False)
    built = time.process_time() - began
    seconds = []
    for question in QUESTIONS * 5:
        began = time.process_time()
        index.ranking(question, least=0.9, near=0.25)
        seconds.append(time.process_time() - began)
    return {**figures(seconds), "build": round(built, 1)}


async def look(port: int, path: str, times: int) -> list[float]:
    """Seconds of each answer."""
    client, seconds = Client(port), []
    for _ in range(times):
        began = time.perf_counter()
        status, _text, target = await client.request("GET", path)
        seconds.append(time.perf_counter() - began)
        if status != 200:
            raise RuntimeError(f"{status} {path} {target}")
    await client.close()
    return seconds


def main(arguments: list[str]) -> int:
    number = int(arguments[0]) if arguments else 20_000
    found = searches(number)
    graph = writing.catalogue_graph(
        Catalogue(id="https://land.example/", title=(("de", "Land"),), description=(("de", "Land"),), publisher=Agent(name="Land")),
        [Listed(entry=replace(dataset(at), modified="2024-01-01"), record_id=f"https://land.example/r/{at}", modified="2024-01-01") for at in range(100)],
    )  # fmt: skip
    began = time.process_time()
    violations = judge(graph).violations
    judged = time.process_time() - began
    ways = {
        "ohne Wörter": "/daten/",
        "zweites Blatt": "/daten/?seite=2",
        "ein Thema": f"/daten/?kategorie={quote(EU)}data-theme/ENVI",
    }
    ways |= {f"Suche {question}": f"/daten/?q={quote(question)}" for question in QUESTIONS[:6]}
    pages: list[float] = []
    with town() as installation:
        made = inside(installation, "catalog", str(number))
        for path in ways.values():
            for _ in range(4):  # both web processes make their snapshot
                asyncio.run(look(installation.port, path, 1))
        for path in ways.values():
            pages += asyncio.run(look(installation.port, path, 15))
        rdf = figures(asyncio.run(look(installation.port, "/catalog.ttl?page=100", 10)))
    page = figures(pages)
    lines = [
        ("Suche in 20.000 Datensätzen, p95 (CPU)", found["p95"], 50.0, "ms"),
        ("Seite der Suche, p95", page["p95"], 100.0, "ms"),
        ("100 Datensätze als Turtle, Median", rdf["median"], 1500.0, "ms"),
        ("100 Datensätze amtlich prüfen (CPU)", judged * 1000, 5000.0, "ms"),
        ("Verstöße", float(violations), 0.0, ""),
        (
            "1.000 Datensätze einsammeln (CPU, mit dem Schreiben der Quelle)",
            made["new"]["cpu_seconds"],
            30.0,
            "s",
        ),
    ]
    return report(
        "catalog", lines, {"datasets": number, "search": found, "page": page, "rdf": rdf, "harvest": made}
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
