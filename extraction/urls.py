"""Addresses of this floor."""

from __future__ import annotations

from django.urls import path

from extraction.views import arms, bias, bias_consensus, consensus, sheet, structure, studies, times

app_name = "extraction"
_REVIEW = "reviews/<slug:slug>"
urlpatterns = [
    path(f"{_REVIEW}/studies/", studies.studies, name="studies"),
    path(f"{_REVIEW}/studies/place/", studies.place, name="study_place"),
    path(f"{_REVIEW}/studies/make-each/", studies.make_each, name="study_make_each"),
    path(f"{_REVIEW}/studies/<int:pk>/", studies.study, name="study"),
    path(f"{_REVIEW}/studies/<int:pk>/edit/", studies.edit, name="study_edit"),
    path(f"{_REVIEW}/studies/reports/<int:pk>/part/", studies.part, name="study_part"),
    path(f"{_REVIEW}/studies/<int:pk>/arms/add/", arms.add, name="arm_add"),
    path(f"{_REVIEW}/studies/<int:pk>/sides/", arms.arrange, name="arrange"),
    path(f"{_REVIEW}/studies/<int:pk>/several-arms/", arms.choose, name="arms_choose"),
    path(f"{_REVIEW}/studies/<int:pk>/times/add/", times.add, name="time_add"),
    path(f"{_REVIEW}/studies/times/<int:pk>/", times.revise, name="time"),
    path(f"{_REVIEW}/studies/times/<int:pk>/retire/", times.retire, name="time_retire"),
    path(f"{_REVIEW}/studies/arms/<int:pk>/", arms.revise, name="arm"),
    path(f"{_REVIEW}/studies/arms/<int:pk>/retire/", arms.retire, name="arm_retire"),
    path(f"{_REVIEW}/structure/", structure.structure, name="structure"),
    path(f"{_REVIEW}/structure/outcomes/add/", structure.outcome_add, name="outcome_add"),
    path(f"{_REVIEW}/structure/outcomes/<int:pk>/", structure.outcome, name="outcome"),
    path(f"{_REVIEW}/structure/outcomes/<int:pk>/retire/", structure.outcome_retire, name="outcome_retire"),
    path(f"{_REVIEW}/structure/comparisons/add/", structure.comparison_add, name="comparison_add"),
    path(f"{_REVIEW}/structure/comparisons/<int:pk>/", structure.comparison, name="comparison"),
    path(
        f"{_REVIEW}/structure/comparisons/<int:pk>/retire/",
        structure.comparison_retire,
        name="comparison_retire",
    ),
    path(f"{_REVIEW}/extraction/", sheet.index, name="extraction"),
    path(f"{_REVIEW}/extraction/<int:pk>/", sheet.extract, name="extract"),
    path(f"{_REVIEW}/extraction/<int:pk>/save/", sheet.save, name="extract_save"),
    path(f"{_REVIEW}/extraction/<int:pk>/finish/", sheet.finish, name="extract_finish"),
    path(f"{_REVIEW}/extraction/<int:pk>/compare/", consensus.compare, name="compare"),
    path(f"{_REVIEW}/extraction/<int:pk>/settle/", consensus.settle, name="settle"),
    path(
        f"{_REVIEW}/extraction/<int:pk>/settle-agreeing/", consensus.settle_agreeing, name="settle_agreeing"
    ),
    path(f"{_REVIEW}/bias/", bias.table, name="bias_table"),
    path(f"{_REVIEW}/bias/<int:pk>/", bias.assess, name="bias"),
    path(f"{_REVIEW}/bias/<int:pk>/reopen/", bias.reopen, name="bias_reopen"),
    path(f"{_REVIEW}/bias/<int:pk>/compare/", bias_consensus.compare, name="bias_compare"),
    path(f"{_REVIEW}/bias/<int:pk>/settle/", bias_consensus.settle, name="bias_settle"),
    path(
        f"{_REVIEW}/bias/<int:pk>/settle-agreeing/",
        bias_consensus.settle_agreeing,
        name="bias_settle_agreeing",
    ),
]
