"""An optional log-in by OpenID Connect, where streamlit's secrets define ``[auth]``.

Without ``[auth]`` everyone who reaches the server may read. With it nobody may who has not
logged in at the provider and is not among ``[dashboard] allowed``, where that is set. A
mistake in the set-up closes the pages; it never opens them. docs/operations.md shows how.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.auth_util import is_authlib_installed
from streamlit.errors import StreamlitSecretNotFoundError

from dashboard import data, evidence, text
from pipeline.config import ConfigError


def wanted() -> bool:
    """Whether the secrets ask for a log-in; a secrets file that cannot be read does."""
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return any(Path(file).exists() for file in st.get_option("secrets.files"))


def visitor() -> Mapping[str, Any]:
    """What the provider says of the visitor; empty for one who has not logged in."""
    return st.user.to_dict() if st.user.get("is_logged_in") else {}


def may_read(claims: Mapping[str, Any], allowed: Sequence[str]) -> bool:
    """Whether a logged-in visitor is among ``allowed``, addresses and ``@domain``s.

    An address that the provider says it has not verified is none.
    """
    if not claims:
        return False
    if not allowed:
        return True
    address = str(claims.get("email") or "").casefold()
    if claims.get("email_verified") is False or address.count("@") != 1:
        return False
    return address in allowed or "@" + address.partition("@")[2] in allowed


def admitted() -> bool:
    """Whether this visitor may see the pages."""
    if not wanted():
        return True
    try:
        return may_read(visitor(), data.settings().dashboard.allowed)
    except ConfigError:
        return False


def closed() -> None:
    """The page of a visitor who has not logged in, or may not read."""
    try:
        title = data.settings().dashboard.title
    except ConfigError:
        title = "Bilateral tension"
    st.html(evidence.STYLE)
    st.title(title, anchor=False)
    claims = visitor()
    if claims:
        st.warning("You are logged in, but this account may not read the dashboard.")
        st.text(text.printable(str(claims.get("email") or claims.get("sub") or ""), 200))
        st.button("Log out", on_click=st.logout, key="log_out")
    elif not is_authlib_installed():
        st.error("A log-in is configured, but the package authlib is not installed.")
    else:
        st.text("Please log in to read it.")
        st.button("Log in", on_click=st.login, key="log_in", type="primary")
    st.caption(text.DISCLAIMER)


def who() -> None:
    """At the foot of a page: who is logged in, and the way out."""
    if not wanted():
        return
    claims = visitor()
    if claims:
        name = text.printable(str(claims.get("email") or claims.get("name") or ""), 100)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"Logged in as {name}")
            st.button("Log out", on_click=st.logout, key="log_out", type="tertiary")
