"""An illustrative programme made by a seeded generator, with the truth that only a generator can know.

A Mexican municipality (17 buildings in seven ministries, four of them retrofitted) and five Jamaican hotels (670
rooms), 36 months. Every figure is invented; names say so.
"""

from emstrack.analysis.demonstration.programme import Demonstration, TrueSaving, make_demonstration

__all__ = ["Demonstration", "TrueSaving", "make_demonstration"]
