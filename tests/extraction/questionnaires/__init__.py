"""Tests of forms that a team writes for itself."""
