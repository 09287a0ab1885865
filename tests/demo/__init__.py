"""Tests of the two example reviews."""
