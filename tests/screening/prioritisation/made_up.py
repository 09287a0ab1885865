"""Invented records on two topics, in many wordings."""

from __future__ import annotations

import numpy as np

from screening.prioritisation import Text

ON_TOPIC = (
    "walking exercise gait motor neurone muscle training endurance physiotherapy strength sclerosis".split()
)
OFF_TOPIC = "soil nitrogen wheat yield irrigation drought maize fertiliser climate harvest barley".split()
ANYTHING = "study trial patients method results randomised effect analysis measured group significant".split()


def a_pile(n: int, included: int, seed: int = 1) -> tuple[list[Text], list[int]]:
    """n records of which this many are on the topic, in random places, with their labels."""
    rng = np.random.default_rng(seed)
    labels = np.zeros(n, dtype=int)
    labels[rng.choice(n, included, replace=False)] = 1
    return [_a_record(rng, bool(label)) for label in labels], labels.tolist()


def _a_record(rng: np.random.Generator, on_topic: bool) -> Text:
    topic, other = (ON_TOPIC, OFF_TOPIC) if on_topic else (OFF_TOPIC, ON_TOPIC)
    title = rng.choice([*topic, *ANYTHING], 6)
    abstract = np.concatenate([rng.choice(topic, 12), rng.choice(ANYTHING, 20), rng.choice(other, 2)])
    return Text(" ".join(title), " ".join(rng.permutation(abstract)))
