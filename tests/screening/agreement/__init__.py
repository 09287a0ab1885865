"""Tests of how far people agree."""
