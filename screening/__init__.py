"""The first floor: policies, votes, conflicts, resolutions, reports and their full texts."""
