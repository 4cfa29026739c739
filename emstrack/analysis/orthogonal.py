"""Batched orthogonalisation: least squares for thousands of small designs at once, rank and all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RANK_TOLERANCE = 1e-9
"""A column whose part outside the earlier ones is smaller than this fraction of it counts as a combination of them."""


@dataclass(frozen=True, slots=True)
class Factors:
    """``design = q @ r`` with orthonormal columns; a dependent column is zero in q and has 1 on r's diagonal.

    Parameters
    ----------
    q : ndarray of float64, shape (batch, rows, columns)
    r : ndarray of float64, shape (batch, columns, columns)
        Upper triangular.
    kept : ndarray of bool, shape (batch, columns)
        Whether the column adds a direction of its own.
    """

    q: NDArray[np.float64]
    r: NDArray[np.float64]
    kept: NDArray[np.bool_]

    def solve(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the least-squares coefficients; 0 for dependent columns.

        Parameters
        ----------
        y : ndarray, shape (batch, rows)
        """
        projected = np.einsum("mnk,mn->mk", self.q, y)
        return self.back_substitute(projected)

    def back_substitute(self, right: NDArray[np.float64]) -> NDArray[np.float64]:
        """Solve ``r @ x = right`` over the last axis, leaving dependent columns at 0."""
        columns = self.r.shape[-1]
        x = np.zeros_like(right)
        for j in range(columns - 1, -1, -1):
            rest = right[:, j] - np.einsum("mk,mk->m", self.r[:, j, j + 1 :], x[:, j + 1 :])
            x[:, j] = np.where(self.kept[:, j], rest / self.r[:, j, j], 0.0)
        return x

    def forward_substitute(self, right: NDArray[np.float64]) -> NDArray[np.float64]:
        """Solve ``r.T @ x = right``; ``|x|²`` is then ``right' (design'design)⁺ right``.

        Parameters
        ----------
        right : ndarray, shape (batch, ..., columns)
        """
        columns = self.r.shape[-1]
        x = np.zeros_like(right)
        for j in range(columns):
            rest = right[..., j] - np.einsum("m...k,mk->m...", x[..., :j], self.r[:, :j, j])
            shape = (len(right),) + (1,) * (right.ndim - 2)
            x[..., j] = np.where(self.kept[:, j].reshape(shape), rest / self.r[:, j, j].reshape(shape), 0.0)
        return x


def orthogonalize(design: NDArray[np.float64]) -> Factors:
    """Factor each design by Gram–Schmidt, each column made orthogonal twice (as accurate as Householder's way).

    Parameters
    ----------
    design : ndarray of float64, shape (batch, rows, columns)
        Rows without weight are zero.
    """
    batch, _, columns = design.shape
    q = np.zeros_like(design)
    r = np.zeros((batch, columns, columns))
    kept = np.zeros((batch, columns), dtype=bool)
    for j in range(columns):
        column = design[:, :, j].copy()
        size = np.sqrt(np.einsum("mn,mn->m", column, column))
        for _ in range(2):
            along = np.einsum("mnk,mn->mk", q[:, :, :j], column)
            column -= np.einsum("mnk,mk->mn", q[:, :, :j], along)
            r[:, :j, j] += along
        left = np.sqrt(np.einsum("mn,mn->m", column, column))
        kept[:, j] = left > RANK_TOLERANCE * size
        r[:, j, j] = np.where(kept[:, j], left, 1.0)
        q[:, :, j] = np.where(kept[:, j, None], column / r[:, j, j, None], 0.0)
    return Factors(q, r, kept)


def residual(q: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what is left of y (batch, rows) outside the span of q, projected twice."""
    left = y
    for _ in range(2):
        left = left - np.einsum("mnk,mk->mn", q, np.einsum("mnk,mn->mk", q, left))
    return left
