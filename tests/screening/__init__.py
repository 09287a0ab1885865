"""Tests of the screening floor."""
