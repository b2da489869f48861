"""How many examples Hypothesis tries.

    pytest --hypothesis-profile=thorough tests/trace

tries 10,000 a test; without it 100 are tried, which takes seconds.
"""

from hypothesis import settings

settings.register_profile("thorough", max_examples=10_000)
