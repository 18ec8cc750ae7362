"""``stadtkern twin import|list|tiles|sun|shadow|shadows|solar|flood``: pure, no database; datasets lie below ``DATA_DIR/twin``.

Exit codes: 0 done, 2 input refused (stderr begins with file, line and column, or the place in the document).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from stadtkern.kernel.errors import InvalidInput
from stadtkern.runtime.environment import data_dir
from stadtkern.runtime.output import result, result_json, say
from stadtkern.runtime.verbs import DONE, guarded


def register(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = parser.add_subparsers(
        dest="verb", required=True, metavar="import|list|tiles|sun|shadow|shadows|solar|flood"
    )
    taking = verbs.add_parser("import", help="CityGML (LoD1, LoD2) oder CityJSON als Datensatz einlesen")
    taking.add_argument("files", type=Path, nargs="+", metavar="FILE.gml|.city.json[.gz]")
    taking.add_argument(
        "--crs", metavar="EPSG:25832", help="Bezugssystem, wenn die Datei keines oder ein falsches nennt"
    )
    taking.add_argument("--json", action="store_true")
    taking.set_defaults(run=guarded(run_import))
    listing = verbs.add_parser("list", help="vorhandene Datensätze")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=guarded(run_list))
    tiles = verbs.add_parser("tiles", help="3D Tiles 1.1 schreiben (tileset.json und GLB je Zelle)")
    tiles.add_argument("--dataset", required=True, metavar="ID")
    tiles.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    tiles.add_argument(
        "--geoid", type=float, metavar="METRES", help="Ellipsoid minus Höhensystem, sonst 47 m (Mainz)"
    )
    tiles.set_defaults(run=guarded(run_tiles))
    sun = verbs.add_parser("sun", help="Stand der Sonne")
    sun.add_argument("latitude", type=_degrees(90), metavar="LAT")
    sun.add_argument("longitude", type=_degrees(180), metavar="LON")
    sun.add_argument(
        "timestamp", type=_moment, metavar="TIMESTAMP", help="ISO 8601 mit Zone: 2026-06-21T13:00:00+02:00"
    )
    sun.set_defaults(run=guarded(run_sun))
    shadow = verbs.add_parser("shadow", help="Stunden in Sonne und Schatten an einem Punkt")
    shadow.add_argument("--dataset", required=True, metavar="ID")
    shadow.add_argument("--at", type=_place, required=True, metavar="LAT,LON")
    shadow.add_argument("--date", type=_day, required=True, metavar="YYYY-MM-DD")
    shadow.add_argument("--step", type=int, choices=(1, 2, 5, 10, 15, 30, 60), default=10, metavar="MINUTES")
    shadow.add_argument(
        "--plan", type=Path, metavar="FILE.geojson", help="geplante Gebäude: vorher und nachher"
    )
    shadow.set_defaults(run=guarded(run_shadow))
    shadows = verbs.add_parser("shadows", help="Schatten aller Gebäude zu einem Zeitpunkt als GeoJSON")
    shadows.add_argument("--dataset", required=True, metavar="ID")
    shadows.add_argument("--time", type=_moment, required=True, metavar="TIMESTAMP")
    shadows.set_defaults(run=guarded(run_shadows))
    solar = verbs.add_parser("solar", help="Dachflächen eines Gebäudes in der Sonne")
    solar.add_argument("--dataset", required=True, metavar="ID")
    solar.add_argument("--building", required=True, metavar="ID")
    solar.set_defaults(run=guarded(run_solar))
    flood = verbs.add_parser("flood", help="Gebäude, die bei einem Wasserstand betroffen sind")
    flood.add_argument("--dataset", required=True, metavar="ID")
    flood.add_argument(
        "--level", type=float, required=True, metavar="METRES", help="über dem Höhensystem des Datensatzes"
    )
    flood.set_defaults(run=guarded(run_flood))


def _degrees(limit: float) -> Any:
    def degrees(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not -limit <= value <= limit:
            raise argparse.ArgumentTypeError(f"{text}: erwartet werden Grad von -{limit:g} bis {limit:g}")
        return value

    return degrees


def _place(text: str) -> tuple[float, float]:
    parts = text.split(",")
    if len(parts) != 2:
        raise argparse.ArgumentTypeError(
            f"{text}: erwartet wird LAT,LON in Grad, zum Beispiel 49.9987,8.2736"
        )
    return _degrees(90)(parts[0]), _degrees(180)(parts[1])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: erwartet wird ein Tag, zum Beispiel 2026-03-21") from None


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: erwartet wird ISO 8601") from None
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text}: die Zone fehlt (Z oder +02:00)")
    return found


def run_import(args: argparse.Namespace) -> int:
    """One dataset; with ``--json`` {dataset, buildings, parts, surfaces, triangles, roof_area_m2, municipality_keys, problems}."""
    from stadtkern.data.twin.importing import import_files

    told = 0

    def progress(buildings: int) -> None:
        nonlocal told
        if buildings - told >= 10_000:
            told = buildings
            say(f"{buildings} Gebäude")

    report = import_files(args.files, data_dir(), crs=args.crs, progress=progress)
    if args.json:
        result_json(report)
        return DONE
    result(
        f"{report['dataset']}: {report['buildings']} Gebäude, {report['parts']} Teile, {report['surfaces']} Flächen, "
        f"{report['triangles']} Dreiecke, {report['roof_area_m2']:.1f} m² Dach, Gemeinden: "
        f"{', '.join(report['municipality_keys']) or 'nicht genannt'}"
    )
    for problem in report["problems"]:
        say(f"{problem['place']}: {problem['building']} {problem['message']} [{problem['code']}]")
    return DONE


def run_list(args: argparse.Namespace) -> int:
    """The datasets that are there."""
    from stadtkern.data.twin.store import Dataset, names

    manifests = [Dataset(data_dir(), name).manifest for name in names(data_dir())]
    if args.json:
        keys = ("id", "buildings", "epsg", "vertical")
        result_json({"datasets": [{key: manifest[key] for key in keys} for manifest in manifests]})
    else:
        for manifest in manifests:
            result(f"{manifest['id']}\t{manifest['buildings']} Gebäude\tEPSG:{manifest['epsg']}")
    return DONE


def run_tiles(args: argparse.Namespace) -> int:
    """tileset.json and cells/X_Y.glb; prints {tiles, buildings, triangles, bytes, geoid_m}."""
    from stadtkern.data.twin.engine.reference import ELLIPSOIDAL, GEOID_M
    from stadtkern.data.twin.engine.tiles3d import NEEDED, Tile, tile, tileset
    from stadtkern.data.twin.light import plane
    from stadtkern.data.twin.store import Dataset

    dataset = Dataset(data_dir(), args.dataset)
    epsg = plane(dataset)
    geoid = args.geoid
    if geoid is None:
        geoid = 0.0 if dataset.manifest["vertical"] == ELLIPSOIDAL else GEOID_M
    if not -120 <= geoid <= 120:
        raise InvalidInput("--geoid: erwartet werden Meter von -120 bis 120")
    try:
        (args.output / "cells").mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise InvalidInput(f"-o {args.output}: dort liegt eine Datei, kein Ordner") from error
    size = 0

    def written() -> Iterator[Tile]:
        nonlocal size
        for address in dataset.addresses():
            found = tile(dataset.read(*address, NEEDED).to_pydict(), epsg, address)
            (args.output / "cells" / f"{address[0]}_{address[1]}.glb").write_bytes(found.content)
            size += len(found.content)
            yield found

    document = tileset(written(), geoid)
    (args.output / "tileset.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    counts = {key: dataset.manifest[key] for key in ("buildings", "triangles")}
    result_json({"tiles": len(dataset.addresses()), **counts, "bytes": size, "geoid_m": geoid})
    return DONE


def run_sun(args: argparse.Namespace) -> int:
    """{azimuth_deg, altitude_deg}: from true north clockwise; without refraction."""
    from stadtkern.data.twin.engine.sun import sun_at

    azimuth, altitude = sun_at(args.latitude, args.longitude, args.timestamp)
    result_json({"azimuth_deg": round(azimuth, 4), "altitude_deg": round(altitude, 4)})
    return DONE


def run_shadow(args: argparse.Namespace) -> int:
    """{sun_hours, shadow_hours, steps:[{at, azimuth_deg, altitude_deg, shaded}], z, on, method}; with a plan also ``planned``: the same after."""
    from stadtkern.data.twin.light import METHOD, light_at, planned
    from stadtkern.data.twin.store import Dataset
    from stadtkern.kernel.strict_reading import load_json

    def told(city: Dataset) -> dict[str, Any]:
        light = light_at(city, args.at[0], args.at[1], args.date, args.step)
        steps = [
            {
                "at": s.at.isoformat(),
                "azimuth_deg": s.azimuth_deg,
                "altitude_deg": s.altitude_deg,
                "shaded": s.shaded,
            }
            for s in light.day.steps
        ]
        hours = {"sun_hours": light.day.sun_hours, "shadow_hours": light.day.shadow_hours}
        return {**hours, "steps": steps, "z": light.z, "on": light.on}

    dataset = Dataset(data_dir(), args.dataset)
    found = told(dataset)
    if args.plan is not None:
        document = load_json(args.plan.read_bytes(), str(args.plan))
        found["planned"] = told(planned(dataset, document, str(args.plan)))
    result_json({**found, "method": METHOD})
    return DONE


def run_shadows(args: argparse.Namespace) -> int:
    """A FeatureCollection (RFC 7946): a polygon on the ground per building."""
    import shapely

    from stadtkern.data.twin.engine.reference import to_degrees
    from stadtkern.data.twin.light import plane, shadow_areas
    from stadtkern.data.twin.store import Dataset

    dataset = Dataset(data_dir(), args.dataset)
    epsg = plane(dataset)
    features = [
        {
            "type": "Feature",
            "id": building,
            "properties": {},
            "geometry": json.loads(
                shapely.to_geojson(shapely.transform(area, lambda xy: to_degrees(epsg, xy)))
            ),
        }
        for building, area in shadow_areas(dataset, args.time)
    ]
    result_json({"type": "FeatureCollection", "features": features})
    return DONE


def run_solar(args: argparse.Namespace) -> int:
    """{building, faces:[{part, area_m2, tilt_deg, azimuth_deg, irradiation_kwh_m2, yield_kwh, category}], method}."""
    from dataclasses import asdict

    from stadtkern.data.twin.engine.solar import METHOD
    from stadtkern.data.twin.light import roofs
    from stadtkern.data.twin.store import Dataset

    faces = [asdict(face) for face in roofs(Dataset(data_dir(), args.dataset), args.building)]
    result_json({"building": args.building, "faces": faces, "method": METHOD})
    return DONE


def run_flood(args: argparse.Namespace) -> int:
    """{level_m, vertical, buildings:[{building, depth_m, storeys, address}], method}, deepest first."""
    from stadtkern.data.twin.engine.flood import METHOD, flooded
    from stadtkern.data.twin.store import Dataset

    dataset = Dataset(data_dir(), args.dataset)
    rows = dataset.read_all(["building", "base_z", "top_z", "street", "house_number"]).to_pydict()
    found = flooded(args.level, rows["base_z"], rows["top_z"])
    listed = [
        {
            "building": rows["building"][at],
            "depth_m": round(float(depth), 2),
            "storeys": int(storeys),
            "address": " ".join(filter(None, (rows["street"][at], rows["house_number"][at]))) or None,
        }
        for at, depth, storeys in zip(found.positions, found.depth_m, found.storeys, strict=True)
    ]
    result_json(
        {
            "level_m": args.level,
            "vertical": dataset.manifest["vertical"],
            "buildings": listed,
            "method": METHOD,
        }
    )
    return DONE
