"""Router of the dashboard: the pages, and a watch for finished refreshes."""

from __future__ import annotations

import numpy as np
import streamlit as st
from PIL import Image

from dashboard import data, login
from pipeline.config import ConfigError

#: How often an open tab asks for the id of the last completed run.
WATCH_SECONDS = 5

try:
    title = data.settings().dashboard.title
except ConfigError:
    title = "Bilateral tension"


def icon() -> Image.Image:
    """Two bars on a line, as a picture: an icon by name would be fetched from elsewhere."""
    picture = np.zeros((32, 32, 4), dtype=np.uint8)
    picture[15:17, 2:30] = (115, 124, 134, 255)
    picture[3:15, 6:14] = (204, 90, 74, 255)
    picture[17:27, 18:26] = (63, 132, 196, 255)
    return Image.fromarray(picture)


st.set_page_config(page_title=title, page_icon=icon(), layout="wide")

pages = [
    st.Page("views/overview.py", title="Overview", default=True),
    st.Page("views/pair.py", title="Pair", url_path="pair"),
    st.Page("views/compare.py", title="Compare", url_path="compare"),
    st.Page("views/score.py", title="Score a text", url_path="score"),
    st.Page("views/data.py", title="Data", url_path="data"),
    st.Page("views/method.py", title="Method", url_path="method"),
]
if not login.admitted():
    # Without a visitor who may read there are no pages, not even by their address.
    pages = [st.Page(login.closed, title="Log in", default=True)]
page = st.navigation(pages, position="top")


@st.fragment(run_every=WATCH_SECONDS)
def watch() -> None:
    """Run the whole page again once another run has completed: a tab stays current."""
    if data.latest_run_id() != st.session_state.get("watched_run"):
        st.rerun()


st.session_state["watched_run"] = data.latest_run_id()
watch()
page.run()
