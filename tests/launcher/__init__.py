"""The launcher, started for real."""
