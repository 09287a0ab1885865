"""Forms to begin with. The questions are short paraphrases of our own; each template names what it follows."""

from __future__ import annotations

from dataclasses import dataclass

from extraction.questionnaires.definition import Definition, Kind, Question, Section


@dataclass(frozen=True, slots=True)
class Template:
    """A form that a team can take over and change."""

    key: str
    name: str
    about: str
    source: str
    definition: Definition


def _text(key: str, label: str, explained: str = "") -> Question:
    return Question(key, label, Kind.TEXT, explained)


def _passage(key: str, label: str, explained: str = "") -> Question:
    return Question(key, label, Kind.PASSAGE, explained)


def _number(key: str, label: str, unit: str = "", explained: str = "") -> Question:
    return Question(key, label, Kind.NUMBER, explained, unit)


def _choice(key: str, label: str, *choices: str, explained: str = "") -> Question:
    return Question(key, label, Kind.CHOICE, explained, choices=choices)


PICO = Template(
    key="pico",
    name="Characteristics of the study",
    about="Methods, participants, interventions, comparators and outcomes: what the table of included studies tells.",
    source="Li T, Higgins JPT, Deeks JJ. Cochrane Handbook, chapter 5: Collecting data (5.3)",
    definition=Definition(
        (
            Section(
                "methods",
                "Methods",
                (
                    _choice(
                        "design",
                        "Study design",
                        "Randomised, parallel groups",
                        "Randomised, cross-over",
                        "Randomised, clusters",
                        "Randomised, delayed start",
                        "Not randomised, with a control group",
                        "One group, before and after",
                        "Cohort",
                        "Case-control",
                        "Other",
                    ),
                    _text("country", "Country", "Where the participants were, not where the authors are."),
                    _text(
                        "setting", "Setting", "For example home, outpatient clinic, one or several centres."
                    ),
                    Question(
                        "recruited_from",
                        "Recruitment began",
                        Kind.DATE,
                        "As far as told: year, month or day.",
                    ),
                    Question("recruited_to", "Recruitment ended", Kind.DATE),
                    _number(
                        "follow_up", "Longest follow-up", "months", "From the start of the intervention."
                    ),
                    _text("registration", "Registration", "Register and number."),
                ),
            ),
            Section(
                "participants",
                "Participants",
                (
                    _passage(
                        "condition",
                        "Condition and how it was diagnosed",
                        "With the criteria that were used, and stage.",
                    ),
                    _passage(
                        "eligible", "Who could take part", "Inclusion and exclusion criteria, in short."
                    ),
                    _number("randomised", "Number randomised", "people"),
                ),
            ),
            Section(
                "groups",
                "Interventions and comparators",
                (
                    _passage("what", "What this group received"),
                    _text("dose", "How often, how long and how intense"),
                    _number("duration", "Duration", "weeks"),
                    _number("group_randomised", "Number randomised", "people"),
                    _number("age_mean", "Mean age", "years"),
                    _number("female", "Female", "%"),
                ),
                per_arm=True,
                help="Once for each arm of the study.",
            ),
            Section(
                "outcomes",
                "Outcomes",
                (
                    _passage("primary_outcome", "Primary outcome", "What, by which measure and when."),
                    _passage("other_outcomes", "Other outcomes of interest to this review"),
                    _text("time_points", "Time points of measurement"),
                ),
            ),
        )
    ),
)

TIDIER = Template(
    key="tidier",
    name="Description of the interventions (TIDieR)",
    about="The twelve items of TIDieR, for each arm: whether somebody could repeat what was done.",
    source="Hoffmann TC et al. BMJ 2014;348:g1687",
    definition=Definition(
        (
            Section(
                "what_was_done",
                "What was done",
                (
                    _text("tidier_1_name", "1. Name", "What the intervention is called, in a few words."),
                    _passage("tidier_2_why", "2. Why", "The reasoning or theory: why this should work."),
                    _passage(
                        "tidier_3_materials",
                        "3. What: materials",
                        "Things used or handed out, and where to get them.",
                    ),
                    _passage(
                        "tidier_4_procedures", "4. What: procedures", "Each thing that was done, in order."
                    ),
                    _passage(
                        "tidier_5_who",
                        "5. Who provided it",
                        "Profession, experience, training for this study.",
                    ),
                    _text(
                        "tidier_6_how", "6. How", "Face to face or at a distance; one by one or in groups."
                    ),
                    _text("tidier_7_where", "7. Where", "Kind of place, and what it had to have."),
                    _passage(
                        "tidier_8_when_how_much",
                        "8. When and how much",
                        "Sessions, their length and intensity, and over what time.",
                    ),
                ),
                per_arm=True,
            ),
            Section(
                "as_planned",
                "Tailored, changed, kept to",
                (
                    _passage(
                        "tidier_9_tailoring", "9. Tailoring", "What was fitted to a person, why and how."
                    ),
                    _passage(
                        "tidier_10_modifications",
                        "10. Modifications",
                        "What changed while the study ran, and why.",
                    ),
                    _passage(
                        "tidier_11_planned",
                        "11. How well: planned",
                        "How adherence or fidelity was to be watched and kept up.",
                    ),
                    _passage(
                        "tidier_12_actual",
                        "12. How well: actual",
                        "How far it was delivered and taken up as planned.",
                    ),
                ),
                per_arm=True,
            ),
        )
    ),
)

FUNDING = Template(
    key="funding",
    name="Funding and interests",
    about="Who paid, what they had a say in, and what the authors declare.",
    source="Cochrane Handbook, chapters 5 (5.3) and 7 (7.8); CONSORT 2010, item 25",
    definition=Definition(
        (
            Section(
                "funding",
                "Funding",
                (
                    _passage("funders", "Who funded the study"),
                    Question(
                        "funder_kind",
                        "What kind of funder",
                        Kind.CHOICES,
                        choices=("Public", "Charity", "University or hospital", "Industry", "None", "Other"),
                    ),
                    Question(
                        "funder_role",
                        "What the funder had a part in",
                        Kind.CHOICES,
                        choices=(
                            "Nothing, by statement",
                            "Design",
                            "Conduct",
                            "Analysis",
                            "Writing",
                            "Supplies only",
                        ),
                    ),
                ),
            ),
            Section(
                "authors",
                "Interests of the authors",
                (
                    _choice("interests_declared", "Interests", "Declared", "None, by statement"),
                    _passage("interests", "What is declared"),
                    _choice(
                        "notable_concern",
                        "Notable concern about conflicts of interest",
                        "No",
                        "Yes",
                        explained="Could who paid, or what the authors have to gain, have changed how the study "
                        "was done or told?",
                    ),
                ),
            ),
        )
    ),
)

TEMPLATES: tuple[Template, ...] = (PICO, TIDIER, FUNDING)


def template_named(key: str) -> Template:
    """The template called `key`; KeyError if there is none."""
    return {template.key: template for template in TEMPLATES}[key]
