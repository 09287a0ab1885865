"""Forms that a team writes for itself, as data: what they ask, how answers are read, how versions differ. Pure: no Django."""

from __future__ import annotations

from extraction.questionnaires.answers import NOT_REPORTED, Read, Unreadable, read_answer, same_answer
from extraction.questionnaires.codebook import CODE_BOOK, code_book
from extraction.questionnaires.definition import (
    BadDefinition,
    Definition,
    Kind,
    Question,
    Section,
    as_data,
    from_data,
    new_key,
    problems,
)
from extraction.questionnaires.templates import TEMPLATES, Template, template_named
from extraction.questionnaires.versions import Change, Changed, changes, introduced, last_asked

__all__ = [
    "CODE_BOOK",
    "NOT_REPORTED",
    "TEMPLATES",
    "BadDefinition",
    "Change",
    "Changed",
    "Definition",
    "Kind",
    "Question",
    "Read",
    "Section",
    "Template",
    "Unreadable",
    "as_data",
    "changes",
    "code_book",
    "from_data",
    "introduced",
    "last_asked",
    "new_key",
    "problems",
    "read_answer",
    "same_answer",
    "template_named",
]
