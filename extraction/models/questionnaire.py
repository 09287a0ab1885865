"""Forms that a team writes for itself: versions, answers and who is through are facts, only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Questionnaire(models.Model):
    """A form of a review, under one name through all its versions."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="questionnaires")
    name = models.CharField(max_length=120)
    template = models.CharField(max_length=30, blank=True, help_text="The template it was made from.")
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("review", "name", name="form_name_is_used_once_per_review"),
            models.CheckConstraint(condition=~Q(name=""), name="form_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class QuestionnaireVersion(models.Model):
    """A fact: what the form asked from now on. `definition` is read by extraction.questionnaires.from_data."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    note = models.CharField(max_length=500, blank=True, help_text="Why it was changed.")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("questionnaire", "number", name="form_version_has_its_own_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="form_versions_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class OfQuestionnaire(models.Model):
    """What all facts about one form and one study have."""

    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="%(class)ss")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="%(class)ss")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["pk"]


class Answer(OfQuestionnaire):
    """A fact: what somebody answered to one question; the newest of an author counts.

    `text` is what is shown, `number` and `choices` what it means under the version it was given to, with the unit of that
    version. An empty text takes an answer back. `settled` rows are the team's; the others belong to who wrote them.
    """

    question = models.CharField(max_length=40)
    arm = models.ForeignKey("extraction.Arm", on_delete=models.PROTECT, null=True, related_name="answers")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(blank=True)
    number = models.FloatField(null=True)
    unit = models.CharField(max_length=40, blank=True)
    choices = models.JSONField(default=list)
    report = models.ForeignKey("screening.Report", on_delete=models.PROTECT, null=True, related_name="+")
    page = models.CharField(max_length=20, blank=True)
    quote = models.TextField(blank=True)
    settled = models.BooleanField(default=False)
    chosen_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True, help_text="For a settled answer: why, when the extractors differed.")

    class Meta(OfQuestionnaire.Meta):
        constraints = [models.CheckConstraint(condition=~Q(question=""), name="answer_has_a_question")]
        indexes = [models.Index(fields=["questionnaire", "study"], name="answer_by_form_and_study")]

    def __str__(self) -> str:
        return f"{self.question}: {self.text}"


class Asking(OfQuestionnaire):
    """A fact: somebody asks the extractors about an answer instead of settling it."""

    question = models.CharField(max_length=40)
    arm = models.ForeignKey("extraction.Arm", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()

    class Meta(OfQuestionnaire.Meta):
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="asking_has_words")]

    def __str__(self) -> str:
        return f"{self.question}: {self.text}"


class Filling(OfQuestionnaire):
    """A fact: somebody says that they have filled in a form for a study, or goes back to it."""

    done = models.BooleanField()

    def __str__(self) -> str:
        return "done" if self.done else "reopened"
