"""``tension schedule`` with the fake extractor, in a process of its own."""

from __future__ import annotations

if __name__ == "__main__":
    from concurrent.futures import ThreadPoolExecutor

    from fake_extractor import SPEC
    from pipeline import cli, refresh

    refresh.spec_of = lambda _settings: SPEC
    refresh.process_pool = lambda _workers: ThreadPoolExecutor(1)  # type: ignore[assignment,return-value]
    cli.main()
