"""emstrack: environmental management for municipalities, hotels and cleaner-production programmes.

Nothing happens on import. The structure and the direction of imports are in docs/architecture.md.
"""

__version__ = "0.1.0"
