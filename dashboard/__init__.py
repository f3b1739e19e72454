"""The dashboard: pages over the store; it reads, and scores only what a reader pastes.

app.py        router: navigation, the common head and foot of every page
serve.py      the same app under uvicorn with security headers
data.py       cached reads through the store, keyed by the last completed run
tables.py     frames of the store and the index → the tables that pages show
charts.py     frames → plotly figures, without streamlit
grids.py      the same for heatmap, matrix and small multiples
evidence.py   a signal → its sentence as safe HTML
text.py       numbers and codes → plain English
downloads.py  a shown table → CSV, description and both in a ZIP
views/        one file a page
"""
