"""The executor that scoring runs on, and a bounded queue in front of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")

#: Frames that are being worked on or wait: enough to keep many workers busy,
#: few enough that memory does not depend on the size of the corpus.
FRAMES_IN_FLIGHT = 8


def process_pool(workers: int) -> ProcessPoolExecutor:
    """A pool of ``workers`` processes, one for every usable core when 0.

    The processes are spawned, not forked: a fork would copy database
    connections and the locks of running threads.
    """
    return ProcessPoolExecutor(
        workers or usable_cores(),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
    )


def usable_cores() -> int:
    """Cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start_worker() -> None:
    # Ctrl-C reaches every process of a terminal; the parent alone decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.join,), daemon=True).start()


def _follow(wait: Callable[[], None]) -> None:
    """End with the parent: a killed refresh must not leave workers behind."""
    wait()
    os._exit(1)


def in_flight(
    executor: Executor,
    work: Callable[[In], Out],
    items: Iterable[In],
    ahead: int = FRAMES_IN_FLIGHT,
) -> Iterator[Out]:
    """``map`` in order with at most ``ahead`` items taken before their result.

    Unlike ``Executor.map`` it does not read all of ``items`` at once.
    """
    pending: deque[Future[Out]] = deque()
    try:
        for item in items:
            pending.append(executor.submit(work, item))
            if len(pending) >= ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()
