import streamlit as st
from dashboard import page
page.head("Soon")
