"""The overall rule that most tools share: as bad as the worst of the domains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extraction.riskofbias.tool import Item, Level, OverallRule


def worst_of(items: Sequence[Item], levels: Sequence[Level], severity: Sequence[str]) -> OverallRule:
    """A rule: the level that stands last in `severity` among the domains, with the domains that have it."""
    names = {level.key: level.name for level in levels}
    titles = {item.key: item.name for item in items}

    def rule(judged: Mapping[str, str]) -> tuple[str, str]:
        worst = max(judged.values(), key=severity.index)
        if worst == severity[0]:
            return worst, f"every domain is at “{names[worst]}”"
        blamed = ", ".join(titles[key] for key, level in judged.items() if level == worst)
        return worst, f"no domain is worse than “{names[worst]}”, which is the judgement on {blamed}"

    return rule
