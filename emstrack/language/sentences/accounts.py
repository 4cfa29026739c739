"""Sentences of the area: accounts."""

SENTENCES: dict[str, str] = {
    "account.not_signed_in": "Please sign in first.",
    "sign_in.wrong": "The e-mail address and the password do not fit together. Check both, or have a link sent to set a "
    "new password.",
    "sign_in.too_often": "Too many attempts. Wait {minutes} min and try again; nobody else is kept out.",
    "sign_in.no_role": "Your password is right, but you hold no role in any organisation now. Ask an administrator of "
    "your organisation to invite you again.",
    "sign_in.busy": "Many people are signing in just now. Try again in a few seconds.",
    "password.too_short": "A password needs at least {shortest} characters; this one has {length}. A short sentence is "
    "easy to remember.",
    "password.too_long": "A password may have at most {longest} characters; this one has {length}.",
    "password.too_common": "This password is one of those that are guessed first. Choose words that nobody would "
    "expect together.",
    "password.wrong_old": "The present password is not right. Write it as you do when you sign in.",
    "people.name": "Write a name of at most {longest} characters.",
    "organisation.exists": "There is an organisation named “{name}” already. Choose another name, or use that one.",
    "organisation.name": "An organisation needs a name of at most {longest} characters.",
    "organisation.not_found": "There is no organisation “{named}”. `emstrack org list` shows those there are.",
    "organisation.ambiguous": "Several organisations are named “{named}”. Name one by its id: {ids}.",
    "people.not_an_address": "“{email}” is not an e-mail address. It looks like name@example.org.",
    "people.role_above_yours": "You can only give or take roles that may do no more than you may yourself. Ask an "
    "administrator.",
}
