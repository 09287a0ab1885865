"""Reads of the top floor that join things up."""
