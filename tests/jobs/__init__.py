"""Real workers, killed, stopped, doubled: the job is done once all the same."""
