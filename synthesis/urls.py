"""Addresses of the top floor."""

from __future__ import annotations

from django.urls import path

from synthesis.views import analyses, bias, bundle, flow, flow_about, grading, report, tables

app_name = "synthesis"
urlpatterns = [
    path("reviews/<slug:slug>/synthesis/", analyses.index, name="analyses"),
    path("reviews/<slug:slug>/synthesis/new/", analyses.add, name="analysis_add"),
    path("reviews/<slug:slug>/synthesis/<int:pk>/", analyses.analysis, name="analysis"),
    path("reviews/<slug:slug>/synthesis/<int:pk>/change/", analyses.change, name="analysis_change"),
    path("reviews/<slug:slug>/synthesis/<int:pk>/run/", analyses.start, name="analysis_run"),
    path("reviews/<slug:slug>/synthesis/runs/<int:pk>/", analyses.run, name="run"),
    path("reviews/<slug:slug>/synthesis/runs/<int:pk>/data.csv", analyses.data, name="run_data"),
    path(
        "reviews/<slug:slug>/synthesis/runs/<int:pk>/<slug:name>.<str:kind>", analyses.figure, name="figure"
    ),
    path("reviews/<slug:slug>/certainty/", grading.index, name="certainties"),
    path("reviews/<slug:slug>/certainty/summary/", grading.summary, name="certainty_summary"),
    path("reviews/<slug:slug>/certainty/summary/arrange/", grading.arrange, name="certainty_arrange"),
    path("reviews/<slug:slug>/certainty/summary.<str:kind>", grading.download, name="certainty_download"),
    path("reviews/<slug:slug>/certainty/<int:pk>/", grading.analysis, name="certainty"),
    path("reviews/<slug:slug>/certainty/<int:pk>/numbers/", grading.basis, name="certainty_basis"),
    path("reviews/<slug:slug>/tables/", tables.index, name="tables"),
    path("reviews/<slug:slug>/tables/<slug:key>/", tables.table, name="table"),
    path("reviews/<slug:slug>/tables/<slug:key>.<str:kind>", tables.download, name="table_download"),
    path("reviews/<slug:slug>/report/", report.draft, name="report"),
    path("reviews/<slug:slug>/report/manuscript.docx", report.manuscript, name="manuscript"),
    path("reviews/<slug:slug>/report/<slug:key>/", report.checklist, name="checklist"),
    path(
        "reviews/<slug:slug>/report/<slug:key>.<str:kind>",
        report.checklist_download,
        name="checklist_download",
    ),
    path("reviews/<slug:slug>/bias/plots/", bias.figures, name="bias_figures"),
    path("reviews/<slug:slug>/bias/plots/<slug:what>.<str:kind>", bias.download, name="bias_download"),
    path("reviews/<slug:slug>/bundle/", bundle.page, name="bundle"),
    path("reviews/<slug:slug>/bundle/<int:pk>.zip", bundle.download, name="bundle_download"),
    path("reviews/<slug:slug>/prisma/", flow.prisma, name="prisma"),
    path("reviews/<slug:slug>/prisma/flow.<str:kind>", flow.download, name="prisma_download"),
    path("reviews/<slug:slug>/prisma/sources/", flow.sources, name="sources"),
    path("reviews/<slug:slug>/prisma/about/", flow_about.statement, name="prisma_statement"),
    path("reviews/<slug:slug>/prisma/about/studies/<int:pk>/", flow_about.mark_earlier, name="earlier_study"),
    path("reviews/<slug:slug>/prisma/then/", flow_about.then, name="prisma_then"),
    path("reviews/<slug:slug>/prisma/check/", flow_about.check_table, name="prisma_check"),
    path("reviews/<slug:slug>/prisma/<slug:box>/", flow.box, name="prisma_box"),
]
