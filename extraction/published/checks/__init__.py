"""The checks: small functions from a claim and its context to verdicts, each with the source of its rule."""
