"""Which numbers of this floor's rows are kept; see reviews/tallying.py."""

from __future__ import annotations

from reviews.tallying import Tallied

#: Candidates by stage and status.
CANDIDATES = Tallied("screening_candidate", "'candidate:' || it.stage || ':' || it.status")
#: Standing votes by stage, reviewer and the candidate's status.
STANDINGS = Tallied(
    "screening_standing", "'standing:' || it.stage || ':' || it.reviewer_id || ':' || it.status"
)
TABLES = (CANDIDATES, STANDINGS)
