"""The clock: a table of what runs when, and the process that runs it; bodies of three lines."""
