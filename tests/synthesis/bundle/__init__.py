"""Tests of the bundle: its files, and R that computes them anew."""
