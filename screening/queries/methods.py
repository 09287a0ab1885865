"""Sentences for the methods section, written from the facts: PRISMA 2020, item 8, and what to say of automation."""

from __future__ import annotations

from decimal import Decimal

from reviews.models import Review
from screening.decision import Mode
from screening.models import Candidate, Policy, Ranking, Stage, Stop, StoppingRule
from screening.queries.stopping import set_aside_in

NUMBERS = {1: "one reviewer", 2: "two reviewers", 3: "three reviewers"}


def methods_of(review: Review) -> list[str]:
    """Who screened and how, in which order, what automation did, and when reading stopped. One sentence each."""
    sentences = [_screened(review, stage) for stage in Stage]
    sentences += _ordered(review)
    rule = StoppingRule.objects.in_force(review)
    stop = Stop.objects.in_force(review)
    if rule is not None:
        sentences.append(_rule(rule))
    if stop is not None:
        sentences += _stopped(review, stop)
    elif rule is not None and _is_all_read(review):
        sentences.append("All records were read; the rule was not used.")
    return sentences


def _screened(review: Review, stage: Stage) -> str:
    policy = Policy.objects.in_force(review, stage)
    what = "Titles and abstracts" if stage == Stage.TITLE_ABSTRACT else "Full texts"
    arbiter = "a third person named beforehand" if policy.arbiter_id else "a lead of the review"
    blind = " who did not see each other’s decisions" if policy.blinded else ""
    settled = f"disagreements were settled by consensus or by {arbiter}"
    if policy.rule.mode == Mode.VERIFIED:
        share = "all" if policy.check_share == 100 else f"a random {policy.check_share} %"
        return f"{what} were screened by one reviewer, and {share} of the exclusions were checked by a second; {settled}."
    if policy.rule.mode == Mode.SAFETY:
        return (
            f"{what} were passed on when one reviewer included them and excluded when {NUMBERS[policy.votes_needed]} "
            f"did so independently."
        )
    if policy.rule.mode == Mode.REASSESSED:
        return (
            f"{what} were screened by two reviewers independently{blind}; what they did not both include was assessed "
            f"again by a second pair, and {settled}."
        )
    if policy.votes_needed == 1:
        return f"{what} were screened by one reviewer."
    return f"{what} were screened by {NUMBERS[policy.votes_needed]} independently{blind}; {settled}."


def _ordered(review: Review) -> list[str]:
    policy = Policy.objects.in_force(review, Stage.TITLE_ABSTRACT)
    ranking = Ranking.objects.in_force(review)
    if policy.order != Policy.Order.RELEVANCE or ranking is None:
        return []
    times = Ranking.objects.filter(review=review, ready=True).count()
    again = f", computed anew {times} times as decisions came in" if times > 1 else ""
    mixed = f"; {policy.random_share} % of what was read came at random" if policy.random_share else ""
    return [f"Records were read in the order of likely relevance proposed by {ranking.model}{again}{mixed}."]


def _rule(rule: StoppingRule) -> str:
    beforehand = (
        "Before screening began it was decided"
        if rule.read_before == 0
        else f"After {rule.read_before:,} records had been read it was decided"
    )
    seeds = f", not counting {len(rule.seeds):,} known beforehand," if rule.seeds else ""
    return (
        f"{beforehand} on {rule.at:%-d %B %Y} to aim at a recall of {_percent(rule.target)}: reading{seeds} may stop when the "
        f"hypergeometric test of Callaghan and Müller-Hansen (2020) rejects a lower recall at {_percent(rule.confidence)} "
        f"confidence."
    )


def _stopped(review: Review, stop: Stop) -> list[str]:
    rule = stop.rule
    assert rule is not None  # noqa: S101 - the table's constraint says so
    met = stop.p < 1 - float(rule.confidence)
    verdict = "the rule was met" if met else "the rule was not met"
    least = stop.least_recall
    reached = (
        f", so that at this confidence recall is at least {100 * least:.1f} %" if least is not None else ""
    )
    aside = set_aside_in(review).count()
    stopped = (
        f"Screening was stopped on {stop.at:%-d %B %Y} after {stop.read:,} of {stop.total:,} records, of which "
        f"{stop.found:,} were relevant (p = {_p(stop.p)}; {verdict}){reached}. Reason given: {stop.reason.rstrip('.')}."
    )
    automated = (
        f"The {aside:,} records that nobody had read are reported as marked ineligible by automation tools; all other "
        f"exclusions were made by people."
    )
    return [stopped, automated]


def _is_all_read(review: Review) -> bool:
    stage = Candidate.objects.of(review, Stage.TITLE_ABSTRACT)
    return stage.exists() and not stage.filter(status=Candidate.Status.OPEN).exists()


def _percent(value: Decimal) -> str:
    return f"{(value * 100).normalize():f} %"


def _p(value: float) -> str:
    return f"{value:.2g}" if value >= 1e-4 else "< 0.0001"
