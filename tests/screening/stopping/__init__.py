"""Tests of when reading may stop."""
