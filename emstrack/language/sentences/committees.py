"""Sentences of the area: ems, its committees."""

SENTENCES: dict[str, str] = {
    "committee.name_missing": "Give the committee a name of at most {limit} letters.",
    "committee.name_taken": "There is already a committee called “{name}”. Choose another name.",
    "committee.rhythm": "A committee meets every 1 to 12 months, on the first to fourth or the last of a weekday.",
    "committee.hour": "“{text}” is not an hour. Write it as 10:00.",
    "committee.member_missing": "Choose a person, or write the name of somebody from outside.",
    "committee.term_backward": "The term ends ({end}) before it begins ({start}). Check the two days.",
    "committee.term_overlaps": "{name} sits on the committee already in that time. End that term first.",
    "committee.policy_title": "Say in a few words what is proposed.",
    "committee.policy_day": "What was adopted or rejected has a day, and what is still open has none.",
    "committee.item_title": "Say in at most {limit} letters what is to be talked about.",
    "committee.begun": "The meeting has begun, so its day and agenda stay as they are.",
    "committee.frozen": "These minutes are not open for writing: the meeting has not begun, or they are approved.",
    "committee.minutes_too_long": "That is more than {limit} letters. Shorten it, or attach a document to the site.",
    "committee.nobody_present": "Say first who is there: minutes of a meeting that nobody attended cannot be approved.",
    "committee.day_taken": "The committee already meets on {day}. Choose another day.",
}
