"""Tests of the order of reading."""
