"""Addresses of risk of bias beside the assessment itself: tools, agreement and files."""

from __future__ import annotations

from django.urls import path

from extraction.views import bias_files, bias_tools

_REVIEW = "reviews/<slug:slug>/bias"
urlpatterns = [
    path(f"{_REVIEW}/tools/", bias_tools.tools, name="bias_tools"),
    path(f"{_REVIEW}/tools/choose/", bias_tools.choose, name="bias_choose"),
    path(f"{_REVIEW}/tools/write/", bias_tools.write, name="bias_write"),
    path(f"{_REVIEW}/tools/<int:pk>/", bias_tools.write, name="bias_rewrite"),
    path(f"{_REVIEW}/agreement/", bias_tools.agreement, name="bias_agreement"),
    path(f"{_REVIEW}/import/", bias_files.take, name="bias_import"),
]
