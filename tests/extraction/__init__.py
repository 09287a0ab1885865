"""Tests of the extraction floor."""
