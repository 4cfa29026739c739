"""Use cases of the area audits: recommendations, measures, what they cost and save, and how that is verified."""
