"""Canonical names of outlets: "BBC News" is "BBC". The list is ``data/outlets.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

UNKNOWN = "unknown"
_LONGEST = 80


@lru_cache(maxsize=10_000)
def canonical_outlet(stated: str, url: str = "", site: str = "") -> str:
    """The canonical name of an outlet.

    The first that says something: the stated name, the name a page gives itself, the host
    of the link (as a known outlet, else the host itself), "unknown".
    """
    names, domains = _known()
    for name in (stated, site):
        name = " ".join(name.split())[:_LONGEST].strip()
        if name:
            known = names.get(_key(name)) or domains.get(_host(name))
            return known or name
    host = _host(url)
    parent = host
    while "." in parent:
        if parent in domains:
            return domains[parent]
        parent = parent.partition(".")[2]
    return host[:_LONGEST] or UNKNOWN


def host_key(url: str) -> str:
    """What of a link ``canonical_outlet`` looks at; keeps its cache small."""
    parts = url.split("/", 3)
    return "/".join(parts[:3])


def _host(url: str) -> str:
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _key(name: str) -> str:
    return re.sub(r"^the(?=\w{3})|\W", "", re.sub(r"^the\s+", "", name.casefold()))


@cache
def _known() -> tuple[dict[str, str], dict[str, str]]:
    """Canonical name by key of a name, and by domain."""
    text = files("pipeline").joinpath("data/outlets.toml").read_text(encoding="utf-8")
    names: dict[str, str] = {}
    domains: dict[str, str] = {}
    for outlet in tomllib.loads(text)["outlet"]:
        for name in (outlet["name"], *outlet.get("aliases", [])):
            names[_key(name)] = outlet["name"]
        for domain in outlet.get("domains", []):
            domains[domain] = outlet["name"]
    return names, domains
