"""The second floor: studies, arms, outcomes, results and risk of bias."""
