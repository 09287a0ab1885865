"""Lists of studies: counted rightly, within each other, and each study in one group."""

from __future__ import annotations

from collections import Counter

from extraction.published.claims import Partition, StudyList
from extraction.published.context import Context
from extraction.published.reading import named
from extraction.published.verdicts import Verdict, cannot, judged

COUNTING = "Counting the studies that are listed"
PRISMA = "Page MJ et al. BMJ 2021;372:n71 (PRISMA 2020), items 17 and 20a"


def check_list(claim: StudyList, context: Context) -> list[Verdict]:
    """As many as are counted, none twice, all within another list."""
    studies = context.studies(claim.studies)
    verdicts = [_none_twice(claim, studies, context)]
    if claim.count is not None:
        verdicts.append(_as_many(claim, "", claim.count.whole or 0, studies, context))
    if claim.within is not None:
        whole = set(context.studies(claim.within))
        outside = [study for study in studies if study not in whole]
        verdicts.append(
            judged(
                claim,
                f"All of them are among “{claim.within.text}”",
                ok=not outside,
                expected=f"Studies of {claim.within.text}",
                found=f"{context.names(outside)} {'is' if len(outside) == 1 else 'are'} not"
                if outside
                else "All are",
                how_far=f"{len(outside)} outside",
                usual_cause="A reference number shifted when references were added",
                source=PRISMA,
            )
        )
    return verdicts


def check_partition(claim: Partition, context: Context) -> list[Verdict]:
    """Counts are those of the lists; every study of the whole is in one group; labels agree with what is known."""
    groups = {part.label: context.studies(part.studies) for part in claim.parts}
    verdicts = [
        _as_many(claim, part.label, part.count.whole or 0, groups[part.label], context)
        for part in claim.parts
        if part.count is not None
    ]
    listed = [study for studies in groups.values() for study in studies]
    verdicts.append(_none_twice(claim, tuple(listed), context))
    if claim.whole is not None:
        verdicts.append(_covers(claim, listed, context.studies(claim.whole), context))
    if claim.categories is not None:
        verdicts.append(
            judged(
                claim,
                "As many groups as are counted",
                ok=claim.categories.whole == len(groups),
                expected=f"{len(groups)} groups: {', '.join(groups)}",
                found=str(claim.categories),
                how_far=str(abs((claim.categories.whole or 0) - len(groups))),
                usual_cause="A group was left out or split in one of the two places",
                source=COUNTING,
            )
        )
    if claim.attribute:
        verdicts += _labels(claim, groups, context)
    return verdicts


def _as_many(
    claim: StudyList | Partition, label: str, count: int, studies: tuple[str, ...], context: Context
) -> Verdict:
    of = f", {label}" if label else ""
    return judged(
        claim,
        f"As many as are listed{of}",
        ok=count == len(studies),
        expected=f"{len(studies)}: {', '.join(studies)}",
        found=str(count),
        how_far=f"{abs(count - len(studies))} {'not listed' if count > len(studies) else 'too many listed'}",
        usual_cause="A study is missing from the list, or a series such as 26–28 was meant as single studies",
        source=COUNTING,
    )


def _none_twice(claim: StudyList | Partition, studies: tuple[str, ...], context: Context) -> Verdict:
    doubled = [study for study, times in Counter(studies).items() if times > 1]
    return judged(
        claim,
        "No study is listed twice",
        ok=not doubled,
        expected="Each study once",
        found=f"{context.names(doubled)} more than once" if doubled else "Each study once",
        how_far=f"{len(studies) - len(set(studies))} too many",
        usual_cause="A study with several reports or arms stands in several groups",
        source=COUNTING,
    )


def _covers(claim: Partition, listed: list[str], whole: tuple[str, ...], context: Context) -> Verdict:
    among, all_of_them = set(listed), set(whole)
    missing = [study for study in whole if study not in among]
    foreign = [study for study in dict.fromkeys(listed) if study not in all_of_them]
    told = []
    if missing:
        told.append(f"{context.names(missing)} {'is' if len(missing) == 1 else 'are'} in no group")
    if foreign:
        told.append(f"{context.names(foreign)} {'is' if len(foreign) == 1 else 'are'} not among them")
    return judged(
        claim,
        "Every study stands in a group",
        ok=not told,
        expected=f"The {len(set(whole))} studies of “{claim.whole.text if claim.whole else ''}”, each in one group",
        found="; ".join(told) or f"{len(set(listed))} studies in {len(claim.parts)} groups",
        how_far=f"{len(missing) + len(foreign)} of {len(set(whole))}",
        usual_cause="A study was left out of the list of its group, or a reference number shifted",
        source=PRISMA,
    )


def _labels(claim: Partition, groups: dict[str, tuple[str, ...]], context: Context) -> list[Verdict]:
    """What is known of each study, against the label of its group."""
    check = f"Groups agree with what is known ({claim.attribute})"
    known = [
        (study, label, context.word(study, claim.attribute))
        for label, studies in groups.items()
        for study in studies
        if context.word(study, claim.attribute)
    ]
    if not known:
        return [cannot(claim, check, missing=f"“{claim.attribute}” of any of the studies", source=PRISMA)]
    differing = [(study, label, word) for study, label, word in known if named(label) != named(word)]
    return [
        judged(
            claim,
            check,
            ok=not differing,
            expected="; ".join(f"{context.name(study)}: {word}" for study, _, word in differing)
            or f"The same for the {len(known)} studies of which it is known",
            found="; ".join(f"{study}: {label}" for study, label, _ in differing) or "The same",
            how_far=f"{len(differing)} of {len(known)}",
            usual_cause="Coded by an author’s affiliation or a title rather than by what the study did",
            source=PRISMA,
        )
    ]
