"""Sentences of the area: audits, their follow-ups."""

SENTENCES: dict[str, str] = {
    "follow_up.title_missing": "Say in a few words what has to be looked at.",
    "follow_up.title_too_long": "That is more than {limit} letters. Shorten it; details belong into the result.",
    "follow_up.due_past": "{due} has gone by. Choose today or a later day.",
    "follow_up.owner_unknown": "This person has no role at the site that lets them do it. Choose somebody "
    "from the list.",
    "follow_up.elsewhere": "It belongs to another site. Choose something of the same site.",
    "follow_up.closed": "This follow-up is closed already. Add a new one if there is more to do.",
    "follow_up.circle": "That would make it wait for itself. Choose another one that comes before it.",
    "follow_up.waits": "It comes after “{title}”, which is still open. Complete that one first.",
    "follow_up.snooze_backward": "{until} is not later than the day it is due ({due}). Choose a later day.",
    "follow_up.snooze_too_far": "{until} is more than {days} days away. Call it off and say why, or choose "
    "a nearer day.",
    "follow_up.snooze_reason": "Say why it has to wait; the reason is kept.",
    "follow_up.cancel_reason": "Say why it is no longer needed; the reason is kept.",
    "follow_up.result_missing": "Say what you found, in a sentence or two.",
    "follow_up.result_too_long": "That is more than {limit} letters. Put the rest into a report.",
    "follow_up.signature_missing": "Write the name of whoever looked: it stands under the result.",
    "follow_up.too_many_photos": "At most {limit} photos at once. Leave some out.",
    "follow_up.rule_days": "Give days from 0 to 3660, for example 30, 90, 180, 365.",
    "follow_up.rule_months": "Give months from 1 to 120, not {months}.",
}
