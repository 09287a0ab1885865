"""Conversions and calculators: published examples, identities, simulations."""
