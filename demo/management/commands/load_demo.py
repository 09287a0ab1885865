"""manage.py load_demo: the two example reviews, through the same verbs as the pages use."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from demo import loading
from demo.loading.example import Example
from reviews.models import Review
from synthesis.models import Analysis
from synthesis.queries.flow import flow_of
from synthesis.queries.results import result_of
from synthesis.reporting.flow_rules import check


class Command(BaseCommand):
    """Loads what is missing, and leaves what is there alone."""

    help = "Load the example reviews; those that are there already are left as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What may be asked for."""
        parser.add_argument("--if-empty", action="store_true", help="load only where there is no review yet")
        parser.add_argument(
            "--headless", action="store_true", help="print the PRISMA counts and pooled results"
        )
        parser.add_argument(
            "--logins", action="store_true", help="only print the example logins, if there are any"
        )

    def handle(
        self, *, headless: bool = False, logins: bool = False, if_empty: bool = False, **_: Any
    ) -> None:
        """Load, and print what was asked for."""
        if not (logins or (if_empty and Review.objects.exists())):
            loading.load(tell=self.stdout.write)
        if headless:
            for name in loading.EXAMPLES:
                title = Example.named(name, {}).read("review")["title"]
                self._report(Review.objects.get(title=title, created_by__email="ana@example.org"))
        if logins or not headless:
            for email, part in loading.logins():
                self.stdout.write(f"{email:20} {loading.PASSWORD:16} {part}")

    def _report(self, review: Review) -> None:
        self.stdout.write(f"\n{review}")
        flow = flow_of(review)
        for box, count in flow.rows:
            self.stdout.write(f"  {count:6}  {box.title}")
        for rule in check(flow.counts):
            self.stdout.write(f"  {'ok ' if rule.ok else rule.severity}  {rule.code}  {rule.sentence}")
        for analysis in Analysis.objects.filter(review=review, replaced_by=None):
            run = analysis.runs.order_by("-number").select_related("analysis").first()
            if run is None or not run.result["pooled"]:
                self.stdout.write(f"  {analysis}: not pooled")
                continue
            pooled, k = run.result["pooled"], result_of(run).k
            self.stdout.write(
                f"  {analysis} ({analysis.measure}, {pooled['method']}, k = {k}): {pooled['estimate']:.4f}"
                f" [{pooled['ci_lb']:.4f}, {pooled['ci_ub']:.4f}], SE {pooled['se']:.4f}, tau² {pooled['tau2']:.4f},"
                f" I² {pooled['I2_Q']:.1f} % (Q) {pooled['I2']:.1f} % (tau²), Q {pooled['Q']:.4f}"
            )
