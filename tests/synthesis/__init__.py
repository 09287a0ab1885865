"""Tests of the synthesis floor."""
