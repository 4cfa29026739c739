"""Values from services become what a template shows: rounding, units, gaps, charts."""
