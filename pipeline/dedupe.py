"""Stories: reprints of one report found and joined, by what is in the texts alone.

Whether two articles are near-duplicates depends on these two and nothing else. All of:

* published at most 7 days apart;
* one of 42 bands of their MinHash signatures is the same (3 of 128 values each);
* their word triples agree, by how much depends on the shorter of the two. From 150 triples
  on, 60 % of the shorter must be in the longer and the Jaccard similarity must reach 0.3:
  a reprint may be trimmed to half its length, edited, or both. At 60 triples and below it
  is 97 % and 0.9, between them the first falls with a straight line, the second has
  fallen at 100 already; at 12 and below all 128 values must be the same;
* their numbers agree. Short texts made from one mould ("1,204 new cases" today, "1,377"
  tomorrow) share nearly all their words. Below 150 triples the numbers of one text must all
  be in the other; above, half the numbers of the one that has fewer, if it has four or more.

Stories are the connected components of that relation, each named by its earliest article
(ties by id), so that order and batching cannot matter. Signatures are made by datasketch;
the bands are compared as columns of one array here, because its index of dictionaries takes
gigabytes where the array takes megabytes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from datasketch import MinHash
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.records import Article

#: Two articles of one story lie at most so far apart.
WINDOW = pd.Timedelta(days=7)

_PERMUTATIONS = 128
_ROWS = 3
_SHINGLE = 3
#: Words of the body below which the title is taken in: many briefs share their only line.
_SHORT_BODY = 60
#: Word triples below which a text is too short to be told from another.
_FEWEST = 8
#: Triples of the shorter text up to which the signatures must be the same, and from
#: which its numbers may differ.
_EXACT, _LONG = 12, 150
#: Least estimated Jaccard similarity by triples of the shorter text: (sizes), (values).
_JACCARD = (60, 100), (0.9, 0.3)
#: Least share of the shorter text's triples that the longer has.
_CONTAINED = (60, _LONG), (0.97, 0.6)
_NUMBERS = 12
#: Bytes of a signature: count of triples, count of numbers, numbers, MinHash values.
_HEADER = 2 + _NUMBERS
_CHUNK = 200_000

_WORD = re.compile(r"\w+(?:[.,’']\w+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

Array = npt.NDArray[np.int64]
Sketch = npt.NDArray[np.uint16]


def signature(article: Article) -> bytes:
    """What near-duplicates are found by: 284 bytes, or b"" for a text of a few words.

    Depends on title and body alone and is the same on every machine.
    """
    text = article.body.lower()
    words = _WORD.findall(text)
    if len(words) < _SHORT_BODY:
        text = f"{article.title.lower()} {text}"
        words = _WORD.findall(text)
    shingles = {" ".join(words[n : n + _SHINGLE]) for n in range(len(words) - _SHINGLE + 1)}
    if len(shingles) < _FEWEST:
        return b""
    minhash = _empty().copy()
    minhash.update_batch(shingle.encode("utf-8", "replace") for shingle in shingles)
    numbers = {_number_hash(number) for number in _NUMBER.findall(text)}
    kept = sorted(numbers)[:_NUMBERS]
    header = [min(len(shingles), 65535), len(kept), *kept, *[0] * (_NUMBERS - len(kept))]
    values = (minhash.hashvalues & 0xFFFF).astype("<u2")
    return bytes(np.array(header, dtype="<u2").tobytes() + values.tobytes())


@cache
def _empty() -> MinHash:
    return MinHash(_PERMUTATIONS, seed=1, hashfunc=zlib.crc32, scheme="affine32")


def _number_hash(number: str) -> int:
    return zlib.crc32(number.replace(",", "").encode()) % 65535 + 1


def stories(frame: pd.DataFrame) -> pd.DataFrame:
    """The story of every article.

    ``frame``: article_id (unique), published_at (UTC), signature. Returns article_id and
    story_id, one row per article in the order given; ``story_id`` is the article_id of the
    earliest article of the story.
    """
    ids = frame["article_id"].astype(str).to_numpy(dtype=object)
    times = _seconds(frame["published_at"])
    first, second = _links(times, list(frame["signature"]))
    ones = np.ones(len(first), dtype=np.int8)
    graph = coo_array((ones, (first, second)), shape=(len(ids), len(ids)))
    _, component = connected_components(graph, directed=False)
    order = np.lexsort((ids.astype(str), times)) if len(ids) else np.empty(0, dtype=np.int64)
    _, earliest = np.unique(component[order], return_index=True)
    story_ids = ids[order][earliest][component] if len(ids) else ids
    return pd.DataFrame({"article_id": ids, "story_id": story_ids})


def _seconds(published: pd.Series) -> Array:
    times = pd.to_datetime(published, utc=True).dt.tz_localize(None)
    return times.to_numpy().astype("datetime64[s]").astype(np.int64)


def _links(times: Array, signatures: list[bytes]) -> tuple[Array, Array]:
    """Pairs of row numbers whose components are those of all near-duplicate pairs."""
    size = 2 * (_HEADER + _PERMUTATIONS)
    rows = np.flatnonzero([len(item) == size for item in signatures])
    if not len(rows):
        return rows, rows
    joined = b"".join(signatures[row] for row in rows)
    sketches = np.frombuffer(joined, dtype="<u2").reshape(len(rows), -1)
    # Equal signatures are looked at once: a notice printed a thousand times makes one line.
    opaque = np.ascontiguousarray(sketches).view(np.dtype((np.void, size))).ravel()
    _, chosen, group = np.unique(opaque, return_index=True, return_inverse=True)
    members = _Members(rows, times, group.ravel())
    firsts, seconds = [members.within[0]], [members.within[1]]
    for left, right in _candidates(sketches[chosen], members):
        alike = _alike(sketches[chosen[left]], sketches[chosen[right]])
        one, other = members.between(left[alike], right[alike])
        firsts.append(one)
        seconds.append(other)
    return np.concatenate(firsts), np.concatenate(seconds)


class _Members:
    """Articles by their signature, in order of time."""

    def __init__(self, rows: Array, times: Array, group: Array) -> None:
        order = np.lexsort((times[rows], group))
        self.rows = rows[order]
        self.times = times[self.rows]
        self.ends = np.cumsum(np.bincount(group))
        self.starts = np.concatenate(([0], self.ends[:-1]))
        near = (np.diff(self.times) <= _WINDOW_S) & (np.diff(group[order]) == 0)
        at = np.flatnonzero(near)
        #: Links among articles of one signature: each to the next in time.
        self.within = self.rows[at], self.rows[at + 1]

    @property
    def earliest(self) -> Array:
        """Time of each signature's first article."""
        return self.times[self.starts]

    @property
    def latest(self) -> Array:
        """Time of each signature's last article."""
        return self.times[self.ends - 1]

    def between(self, left: Array, right: Array) -> tuple[Array, Array]:
        """Links between the articles of alike signatures, at most a window apart.

        The nearest before and after are enough: others in the window are linked to those.
        """
        firsts: list[int] = []
        seconds: list[int] = []
        for one, other in zip(left.tolist(), right.tolist(), strict=True):
            here = slice(self.starts[one], self.ends[one])
            there = slice(self.starts[other], self.ends[other])
            times = self.times[there]
            for row, time in zip(self.rows[here], self.times[here], strict=True):
                after = int(np.searchsorted(times, time))
                for near in (after - 1, after):
                    if 0 <= near < len(times) and abs(times[near] - time) <= _WINDOW_S:
                        firsts.append(int(row))
                        seconds.append(int(self.rows[there][near]))
        return np.array(firsts, dtype=np.int64), np.array(seconds, dtype=np.int64)


_WINDOW_S = int(WINDOW.total_seconds())


def _candidates(sketches: Sketch, members: _Members) -> Iterator[tuple[Array, Array]]:
    """Pairs of signatures that share a band and have articles a window apart, in chunks."""
    begin = members.earliest - members.earliest.min()
    finish = members.latest - members.earliest.min() + _WINDOW_S
    reach = int(finish.max()) + 1
    for row in range(_HEADER, sketches.shape[1] - _ROWS + 1, _ROWS):
        band = np.zeros(len(sketches), dtype=np.uint64)
        for value in range(row, row + _ROWS):
            band = (band << np.uint64(16)) | sketches[:, value].astype(np.uint64)
        _, key = np.unique(band, return_inverse=True)
        key = key.ravel().astype(np.int64)
        crowd = np.flatnonzero(np.bincount(key)[key] > 1)
        # One number orders by band value, then by time; a group's window is a run of it.
        place = key[crowd] * reach + begin[crowd]
        order = np.argsort(place, kind="stable")
        crowd, place = crowd[order], place[order]
        last = np.searchsorted(place, key[crowd] * reach + finish[crowd], side="right")
        count = last - np.arange(len(crowd)) - 1
        yield from _pairs(crowd, count)


def _pairs(crowd: Array, count: Array) -> Iterator[tuple[Array, Array]]:
    """Each of ``crowd`` with the ``count`` that follow it."""
    start = 0
    total = np.cumsum(count)
    while start < len(crowd):
        before = int(total[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(total, before + _CHUNK, side="right")))
        part = count[start:stop]
        left = np.repeat(np.arange(start, stop), part)
        step = np.arange(len(left)) - np.repeat(np.cumsum(part) - part, part) + 1
        if len(left):
            yield crowd[left], crowd[left + step]
        start = stop


def _alike(left: Sketch, right: Sketch) -> npt.NDArray[np.bool_]:
    """Which rows of two arrays of signatures are near-duplicates, times aside."""
    jaccard = (left[:, _HEADER:] == right[:, _HEADER:]).mean(axis=1)
    sizes = left[:, 0].astype(np.float64), right[:, 0].astype(np.float64)
    shorter = np.minimum(*sizes)
    common = jaccard / (1 + jaccard) * (sizes[0] + sizes[1])
    alike: npt.NDArray[np.bool_] = jaccard >= np.interp(shorter, *_JACCARD)
    alike &= common >= shorter * np.interp(shorter, *_CONTAINED)
    alike &= (shorter > _EXACT) | (jaccard == 1.0)
    at = np.flatnonzero(alike)
    alike[at] = _numbers_agree(left[at, :_HEADER], right[at, :_HEADER], shorter[at])
    return alike


def _numbers_agree(
    left: Sketch, right: Sketch, shorter: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    here, there = left[:, 2:], right[:, 2:]
    same = (here[:, :, None] == there[:, None, :]) & (here[:, :, None] > 0)
    common = same.any(axis=2).sum(axis=1)
    fewer = np.minimum(left[:, 1], right[:, 1])
    of_long = (fewer < 4) | (common * 2 >= fewer)
    agree: npt.NDArray[np.bool_] = np.where(shorter < _LONG, common >= fewer, of_long)
    return agree
