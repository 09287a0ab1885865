"""Figures: results in, SVG, PDF and PNG out; knows neither Django nor the statistics."""
