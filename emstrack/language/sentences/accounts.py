"""Sentences of the area: accounts."""

SENTENCES: dict[str, str] = {
    "account.not_signed_in": "Please sign in first.",
}
