"""Tests of certainty and of the summary of findings."""
