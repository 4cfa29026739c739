"""The colours of all charts: one per role, so that page, dark page and print agree on what a colour means.

These are the light ones, as the specifications and the PDF carry them. On a page `documents.svg` writes each as the
custom property of its role (which each specification carries along), and the stylesheet decides.
"""

PALETTE = {
    "use": "#2b7f75",
    "baseline": "#38332d",
    "band": "#8f887c",
    "more": "#b0532c",
    "grid": "#e2ded6",
    "text": "#5f594e",
    "second": "#b97f1c",
    "third": "#4d6f94",
    "fourth": "#b0532d",
    "fifth": "#80607c",
    "paper": "#fefefe",
}
"""Role → colour; no two roles share one, or they could not be told apart again in the SVG."""

SERIES = ("use", "second", "third", "fourth", "fifth")
"""Roles for several series side by side, in order; what comes after them is added up as the rest."""
FONT = "Liberation Sans, Arial, sans-serif"
