"""Settings for all tests: property tests draw the same examples on every run."""

from hypothesis import settings

settings.register_profile("same-every-time", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("same-every-time")
