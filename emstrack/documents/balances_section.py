"""Mass and energy balances in a report: whether each closes, what is lost and what that costs, what leaves as load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.documents import figures
from emstrack.documents import report_pages as pages
from emstrack.language.languages import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emstrack.documents.measures_values import ReportedBalance, ReportedClosure
    from emstrack.documents.report_pages import Block
    from emstrack.language.languages import Language


def balance_sections(balances: tuple[ReportedBalance, ...], language: Language) -> list[Block]:
    """Return the section of each balance under one heading; nothing where there is none."""
    if not balances:
        return []
    heading = pages.section(
        language.text("Mass and energy balances"),
        [
            pages.paragraph(
                language.text(
                    "In less out, over what goes in; a balance closes where that lies within its tolerance. What a "
                    "loss has cost is what was bought for it, what was spent on it on the way, and its disposal."
                ),
                soft=True,
            )
        ],
        new_page=True,
    )
    return [heading, *(_balance(each, language) for each in balances)]


def _balance(each: ReportedBalance, language: Language) -> Block:
    text = language.text
    whole = each.mass[-1] if each.mass else None
    closes = whole is not None and whole.closes
    tag = (text("Closes") if closes else text("Does not close"), "good" if closes else "warning")
    period = text("{first} to {last}", first=language.date(each.first), last=language.date(each.last))
    blocks: list[Block] = [
        pages.facts(
            [
                (text("Period"), period),
                (text("Tolerance"), figures.percent(each.tolerance, language)),
                (
                    text("Cost of all losses"),
                    figures.money(each.cost_of_losses, each.currency, language) if each.losses else MISSING,
                ),
            ]
        ),
        _closure(text("Mass"), each.mass, "kg", language),
    ]
    if each.energy:
        blocks.append(_closure(text("Energy"), each.energy, "kWh", language))
    if each.losses:
        blocks.append(_losses(each, language))
    if each.loads:
        blocks.append(_loads(each, language))
    if each.findings:
        blocks.append(pages.bullets(language.sentence(finding) for finding in each.findings))
    return pages.section(each.title, blocks, tag=tag)


def _closure(name: str, rows: tuple[ReportedClosure, ...], unit: str, language: Language) -> Block:
    text = language.text
    heads = (text("Goes in"), text("Comes out"), text("Difference"))
    columns = [
        (name, "", "1"),
        *((head, unit, "") for head in heads),
        (text("of what goes in"), "", ""),
        (text("Closure"), "", "words"),
    ]
    written = [
        [
            row.name or text("The whole"),
            *(figures.number(value, language) for value in (row.inward, row.outward, row.difference)),
            figures.percent(row.fraction, language),
            MISSING if row.closes is None else text("Closes") if row.closes else text("Does not close"),
        ]
        for row in rows
    ]
    return pages.table(columns, written[:-1], written[-1])


def _losses(each: ReportedBalance, language: Language) -> Block:
    text = language.text
    heads = (text("Purchase"), text("Processing so far"), text("Disposal"), text("Cost"))
    columns = [
        (text("Loss"), "", "1"),
        (text("Quantity"), "", ""),
        *((head, each.currency, "") for head in heads),
    ]
    rows = [
        [
            f"{loss.name} · {loss.operation}" if loss.operation else loss.name,
            figures.amount(loss.quantity, loss.unit, language),
            *(language.number(value) for value in (loss.purchase, loss.processing, loss.disposal, loss.cost)),
        ]
        for loss in each.losses
    ]
    total = [text("All losses"), "", "", "", "", language.number(each.cost_of_losses)]
    return pages.table(columns, rows, total)


def _loads(each: ReportedBalance, language: Language) -> Block:
    text = language.text
    columns = [(text("Load that leaves"), "", "1"), (text("Together"), "kg", "")]
    if each.basis_unit:
        columns.append((text("per {unit}", unit=language.unit(each.basis_unit)), "kg", ""))
    rows = [
        [language.label(name), figures.number(kilograms, language)]
        + ([figures.number(kilograms / each.basis_quantity, language)] if each.basis_unit else [])
        for name, kilograms in each.loads
    ]
    return pages.table(columns, rows)


CLOSURES = (
    *("Balance", "Mass or energy", "Operation", "Goes in", "Comes out", "Difference", "Unit", "of what goes in"),
    *("Tolerance", "Closure"),
)
LOSSES = (
    *("Balance", "Loss", "Operation", "Quantity", "Unit", "Purchase", "Processing so far", "Disposal", "Cost"),
    "Currency",
)
LOADS = ("Balance", "Load that leaves", "kg")
"""Headers of the workbook; constants that are translated where they are written."""


def closure_rows(balances: tuple[ReportedBalance, ...], language: Language) -> Iterator[list[Any]]:
    """Yield the workbook's rows of closure."""
    text = language.text
    for each in balances:
        for name, rows, unit in ((text("Mass"), each.mass, "kg"), (text("Energy"), each.energy, "kWh")):
            for row in rows:
                closes = MISSING if row.closes is None else text("Closes") if row.closes else text("Does not close")
                yield [
                    *(each.title, name, row.name or text("The whole"), row.inward, row.outward, row.difference),
                    *(unit, row.fraction, each.tolerance, closes),
                ]


def loss_rows(balances: tuple[ReportedBalance, ...], language: Language) -> Iterator[list[Any]]:
    """Yield the workbook's rows of losses, the dearest first."""
    for each in balances:
        for loss in each.losses:
            yield [
                *(each.title, loss.name, loss.operation, loss.quantity, language.unit(loss.unit)),
                *(loss.purchase, loss.processing, loss.disposal, loss.cost, each.currency),
            ]


def load_rows(balances: tuple[ReportedBalance, ...], language: Language) -> Iterator[list[Any]]:
    """Yield the workbook's rows of loads."""
    for each in balances:
        for name, kilograms in each.loads:
            yield [each.title, language.label(name), kilograms]
