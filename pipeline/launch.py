"""Starting the dashboard so that it finds theme and settings from any folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pipeline.config import CONFIG_VARIABLE

_THEME = Path(".streamlit", "config.toml")


@dataclass(frozen=True, slots=True)
class Command:
    """A process to start."""

    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]


def dashboard_folder() -> Path:
    """Where the package ``dashboard`` lies; ``FileNotFoundError`` if nowhere."""
    spec = find_spec("dashboard")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(place) / "app.py").is_file():
            return Path(place)
    raise FileNotFoundError("The dashboard is not installed beside the pipeline.")


def theme_folder(dashboard: Path) -> Path | None:
    """The folder that holds ``.streamlit/config.toml``.

    An installed package has it beside ``app.py``, a checkout one level higher.
    """
    return next((f for f in (dashboard, dashboard.parent) if (f / _THEME).is_file()), None)


def dashboard_command(config: Path | None, port: int, address: str, headless: bool) -> Command:
    """How to start the app; ``config`` is the settings file it should read."""
    dashboard = dashboard_folder()
    here = Path.cwd()
    theme = theme_folder(dashboard)
    # Streamlit reads theme and server options from the folder it is started in;
    # log-in secrets stay where the person starting it keeps them.
    arguments = [
        sys.executable, "-m", "streamlit", "run", str(dashboard / "app.py"),
        "--server.port", str(port), "--server.address", address,
        "--server.headless", "true" if headless else "false",
    ]  # fmt: skip
    for folder in (Path.home(), here):
        arguments += ["--secrets.files", str(folder / ".streamlit" / "secrets.toml")]
    environment = dict(os.environ)
    if config is not None:
        environment[CONFIG_VARIABLE] = str(config.absolute())
    return Command(tuple(arguments), theme or here, environment)


def replace_process(command: Command) -> None:
    """Become the dashboard: signals and exit code are its own from here on."""
    os.chdir(command.folder)
    os.execve(command.arguments[0], list(command.arguments), dict(command.environment))
