"""Goal 5: a new municipality, without demo data, SQL or code, to its first published service."""

from __future__ import annotations

from typing import Any

from tests.journeys.city import SERVICE, SERVICE_TITLE


def test_an_empty_installation_reaches_its_first_service(city: Any, person: Any, scripts: bool) -> None:
    assert any("Ämter und Teams" in line for line in city.checklist), city.checklist
    assert "Zeile 9" in city.bad_rows and "1 Zeile wird ausgelassen" in city.bad_rows, city.bad_rows
    visitor = person(city.base)
    assert city.town.name.removeprefix("Stadt ") in visitor.go("/").page.content()
    visitor.go(f"/leistungen/{SERVICE}/").sees(SERVICE_TITLE)
    assert visitor.has("Online") or visitor.has("Jetzt") or "antrag" in visitor.page.content()
