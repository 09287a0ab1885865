"""How a stage is decided, as a form."""

from __future__ import annotations

from typing import Any

from django import forms

from reviews.models import Membership, User
from screening.models import Policy, Stage
from screening.services.policies import Terms


class ArbiterField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People by name."""

    def label_from_instance(self, person: Any) -> str:
        return str(person)


def _people(label: str, help_text: str) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


class PolicyForm(forms.Form):
    """All that a version of a policy says."""

    mode = forms.ChoiceField(
        label="How votes are weighed",
        widget=forms.RadioSelect,
        choices=[
            ("independent", "Independent votes: all agree, or it is a conflict (usual)"),
            ("verified", "One vote decides, and a second person checks exclusions"),
            ("safety", "Safety first: one include is enough, an exclusion takes more"),
            ("reassessed", "Two votes, and a second pair re-assesses what these did not both include"),
        ],
    )
    votes_needed = forms.TypedChoiceField(
        label="Votes needed for a decision",
        coerce=int,
        widget=forms.RadioSelect,
        choices=[(1, "1"), (2, "2 (usual)"), (3, "3")],
        help_text="With safety first: to exclude. The other two ways fix the number themselves.",
    )
    check_share = forms.IntegerField(
        label="Exclusions that are checked, in %",
        min_value=1,
        max_value=100,
        help_text="Where one vote decides: 100 checks every one, less a random share of them.",
    )
    blinded = forms.BooleanField(
        label="Blinded",
        required=False,
        help_text="Nobody sees a colleague's vote on a record before it has all its votes.",
    )
    arbiter = ArbiterField(
        User.objects.none(),
        label="Who resolves conflicts",
        required=False,
        empty_label="Any lead of the review",
        help_text="If the arbiter leaves, or has voted on it, a lead resolves: no conflict stays for ever.",
    )
    readers = _people("Who reads", "Nobody ticked: everybody who may screen.")
    second_pair = _people("Who re-assesses", "Nobody ticked: anybody who has not voted on it.")
    pilot_size = forms.IntegerField(
        label="Records of a pilot round",
        min_value=0,
        max_value=100_000,
        help_text="Drawn at random; 0 for no pilot. The stage opens when they agree.",
    )
    pilot_votes = forms.IntegerField(label="People who read each of them", min_value=2, max_value=20)
    pilot_measure = forms.ChoiceField(label="Agreement is measured as", choices=Policy.Measure.choices)
    pilot_threshold = forms.FloatField(
        label="Agreement that opens the stage",
        min_value=0,
        max_value=1,
        help_text="0.8 is 80 percent, or a kappa of 0.8.",
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )
    order = forms.ChoiceField(
        label="Order of reading",
        choices=Policy.Order.choices,
        help_text="Likely includes first: at random until there are votes to learn from.",
    )
    random_share = forms.IntegerField(
        label="Mixed in at random, in %",
        min_value=0,
        max_value=100,
        help_text="With likely includes first: for an honest estimate of what is left.",
    )
    seed = forms.IntegerField(
        label="Seed",
        required=False,
        min_value=1,
        max_value=2**53,
        help_text="Every draw by lot follows from it, so that anybody can repeat it. Left empty, one is drawn.",
    )
    bulk = forms.BooleanField(
        label="Votes on several records at once",
        required=False,
        help_text="From the list of records. Each can be undone.",
    )

    def __init__(
        self,
        *args: Any,
        policy: Policy,
        arbiters: list[Membership],
        screeners: list[Membership],
        **kwargs: Any,
    ) -> None:
        initial = {name: getattr(policy, name) for name in Terms.__annotations__}
        initial |= {"arbiter": policy.arbiter_id, "seed": policy.seed or None}
        super().__init__(*args, **{**kwargs, "initial": initial, "prefix": policy.stage})
        people = User.objects.filter(pk__in=[membership.user_id for membership in arbiters]).order_by("name")
        self.fields["arbiter"].queryset = people  # type: ignore[attr-defined]
        names = sorted((str(membership.user), membership.user_id) for membership in screeners)
        for field in ("readers", "second_pair"):
            self.fields[field].choices = [(pk, name) for name, pk in names]  # type: ignore[attr-defined]
        if policy.stage == Stage.FULL_TEXT:
            # Full texts are chosen from a list, and have no model.
            for field in ("order", "random_share", "bulk"):
                del self.fields[field]

    def clean(self) -> dict[str, Any]:
        """An empty seed lets the one in force stay."""
        data = super().clean() or {}
        if not data.get("seed"):
            data["seed"] = 0
        return data

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What every team decides."""
        return [self[name] for name in ("mode", "votes_needed", "check_share", "blinded", "arbiter")]

    @property
    def team_fields(self) -> list[forms.BoundField]:
        """Who is asked."""
        return [self[name] for name in ("readers", "second_pair")]

    @property
    def pilot_fields(self) -> list[forms.BoundField]:
        """The pilot round."""
        return [self[name] for name in ("pilot_size", "pilot_votes", "pilot_measure", "pilot_threshold")]

    @property
    def reading_fields(self) -> list[forms.BoundField]:
        """Order and chance."""
        return [self[name] for name in ("order", "random_share", "seed", "bulk") if name in self.fields]
