"""The records of an EMS committee: who sits on it, its meetings, agendas and minutes, and what the mayor reads."""
