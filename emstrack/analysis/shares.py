"""Splitting money so that the parts add up to the whole, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CENT = 100
"""A hundredth of the currency [ten-thousandths]."""


def split_evenly(amount: NDArray[np.int64], owner: NDArray[np.int64], weight: NDArray[np.int64]) -> NDArray[np.int64]:
    """Split each amount over its parts in proportion to their weights, to the cent.

    Implements M-1.4 of docs/methods.md: what is left after rounding down goes, a cent each, to the parts with the
    largest remainders, the earlier part first. An amount that is no whole number of cents is split in ten-thousandths.

    Parameters
    ----------
    amount : ndarray of int64
        One per owner; any sign. [ten-thousandths of the currency]
    owner : ndarray of int64
        Owner of each part; sorted.
    weight : ndarray of int64
        Weight of each part, e.g. its days. [d]

    Returns
    -------
    ndarray of int64
        One per part; the parts of an owner add up to its amount. [ten-thousandths of the currency]
    """
    if not len(owner):
        return np.zeros(0, dtype=np.int64)
    total = np.bincount(owner, weight, len(amount)).astype(np.int64)
    step = np.where(amount % CENT == 0, CENT, 1)
    units = np.abs(amount) // step
    whole, rest = np.divmod(units, np.maximum(total, 1))
    scaled = rest[owner] * weight
    share = whole[owner] * weight + scaled // total[owner]
    remainder = scaled % total[owner]
    given = np.zeros(len(amount), dtype=np.int64)
    np.add.at(given, owner, share)
    left = units - given
    open_parts = np.flatnonzero(left[owner] > 0)
    if len(open_parts):
        ordered = open_parts[np.lexsort((open_parts, -remainder[open_parts], owner[open_parts]))]
        of = owner[ordered]
        first = np.r_[True, of[1:] != of[:-1]]
        rank = np.arange(len(of)) - np.maximum.accumulate(np.where(first, np.arange(len(of)), 0))
        share[ordered[rank < left[of]]] += 1
    signed: NDArray[np.int64] = share * step[owner] * np.sign(amount)[owner]
    return signed
