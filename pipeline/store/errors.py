"""What can go wrong with a store.

::

    StoreError              the store cannot be used; ``url`` says which
     +-- StoreMissing       there is no store at this place yet
     +-- StoreOutdated      its tables are older or newer than this program's
     +-- StoreBusy          another refresh is writing to it
"""

from __future__ import annotations

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


def shown(url: str) -> str:
    """``url`` fit for a message: without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url


class StoreError(Exception):
    """The store at ``url`` cannot be used."""

    def __init__(self, url: str, message: str) -> None:
        #: Where the store is, without a password.
        self.url = shown(url)
        super().__init__(f"{message} ({self.url})")


class StoreMissing(StoreError):
    """There is no store yet; `tension refresh` makes one."""


class StoreOutdated(StoreError):
    """The tables do not fit this version of the program."""


class StoreBusy(StoreError):
    """Another refresh holds the store."""
