"""Sentences of the area: accounts."""

SENTENCES: dict[str, str] = {
    "account.not_signed_in": "Please sign in first.",
    "sign_in.wrong": "The e-mail address and the password do not fit together. Check both, or have a link sent "
    "to set a new password.",
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
    "organisation.moved_below_itself": "An organisation cannot belong to itself or to one below it. Choose another.",
    "organisation.root_stays": "This organisation is the root of the tree: everything else hangs below it, and it "
    "stays where it is.",
    "organisation.in_use": "This organisation still has organisations ({organisations}) or sites ({sites}) in use. "
    "Move or archive them first.",
    "organisation.parent_archived": "What this organisation belongs to is archived. Restore that one first.",
    "organisation.country": "“{country}” is not a country code. Use two letters, such as MX, JM or BO.",
    "organisation.currency": "“{currency}” is not a currency code. Use three letters, such as MXN, JMD or USD.",
    "organisation.time_zone": "“{time_zone}” is not a time zone. It looks like America/Mexico_City.",
    "people.role": "Choose one of the roles in the list.",
    "people.not_found": "Nobody here has the address {email}.",
    "people.last_administrator": "This is the last administrator of the organisation. Make somebody else administrator "
    "first.",
    "people.yourself": "You cannot shut yourself out. Another administrator can.",
    "people.works_elsewhere": "This person also works for somebody else here, so you cannot shut them out. Take their "
    "role in your organisation instead.",
    "link.closed": "This link is no longer open: it was used, it is too old, or a newer one was sent. Ask for a "
    "new one.",
    "set_up.closed": "This set-up code opens nothing now. The terminal in which emstrack runs shows the present one; "
    "once an administrator exists, sign in instead.",
    "share.no_such_code": "No organisation has this code. Whoever you share with finds theirs on their page of shares.",
    "share.with_oneself": "That code is of your own organisation. To let colleagues in, invite them.",
    "share.in_the_past": "{until} is over already. Choose a later day, or none.",
    "share.role": "Share with a lender, a donor, an auditor or a viewer.",
}
