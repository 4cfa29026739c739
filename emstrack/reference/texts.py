"""A text in the four languages of the product, as the library's tables hold them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FourTexts:
    """The same sentence four times; none of them is ever empty (a test holds the tables to it)."""

    en: str
    es: str
    pt: str
    fr: str

    def said_in(self, language: str) -> str:
        """The sentence in a language; English where it is none of the four."""
        return {"es": self.es, "pt": self.pt, "fr": self.fr}.get(language, self.en)
