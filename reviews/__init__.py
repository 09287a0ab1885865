"""The ground floor: review, team, protocol, searches, records, jobs, history."""
