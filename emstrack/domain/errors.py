"""The errors that a person may meet; each carries a code that `language` turns into a sentence.

Raise one of these for anything a person can mend. Any other exception is a defect and reaches the log, never a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emstrack.domain.findings import Finding


class EmstrackError(Exception):
    """Base of all errors that have a sentence for a person.

    Parameters
    ----------
    code : str
        Dotted code, e.g. ``file.empty``; `emstrack.language.sentences` holds its sentence.
    **evidence : object
        The values named in the sentence.
    """

    def __init__(self, code: str, /, **evidence: object) -> None:
        super().__init__(code, evidence)
        self.code = code
        self.evidence: Mapping[str, object] = evidence


class RefusedError(EmstrackError):
    """The input is understood and may not be taken (a form shows it, an endpoint answers 422, a command exits 1)."""

    def __init__(self, code: str, /, *, findings: tuple[Finding, ...] = (), **evidence: object) -> None:
        super().__init__(code, **evidence)
        self.findings = findings


class NotFoundError(EmstrackError):
    """The thing is not there, or not for this person: both look alike from outside (404)."""


class NotAllowedError(EmstrackError):
    """The person sees the thing but their role may not do this to it (403)."""


class ConflictError(EmstrackError):
    """Somebody else changed the thing since it was read (409); evidence holds ``mine`` and ``theirs``."""


class NotSignedInError(EmstrackError):
    """Nobody is signed in, or the session ended (a page leads to sign-in, an endpoint answers 401)."""


class UnavailableError(EmstrackError):
    """Something outside (mail, weather, a lock held too long) does not answer; trying again may help (503)."""
