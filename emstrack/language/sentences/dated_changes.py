"""Sentences of agreed adjustments, closed periods, and baselines revised after reporting began."""

SENTENCES: dict[str, str] = {
    "adjustment.start_missing": "Say from which day the adjustment holds.",
    "adjustment.backward": "The adjustment would end on {end}, before it begins on {start}. Correct one of the days.",
    "adjustment.amount_missing": "Write how much is added (or, with a minus, taken away): a quantity a month or per "
    "cent, not zero.",
    "adjustment.fraction_too_large": "{percent} % is more than the whole adjusted baseline. Give at most 100 %, or a "
    "quantity a month.",
    "adjustment.half_width_not_possible": "The uncertainty {percent} % cannot be. Give a figure from 0 to 200 % of the "
    "adjustment.",
    "adjustment.reason_missing": "Say why in a few words, e.g. “the heated pool opened”: whoever audits it will ask.",
    "adjustment.nobody_agreed": "Say who agreed to it, e.g. the auditor or the committee and the date of its minutes.",
    "adjustment.withdrawn_already": "This adjustment was withdrawn already. Add a new one if it holds after all.",
    "closed_period.start_missing": "Say on which day it began.",
    "closed_period.end_missing": "Say on which day things were back to normal: the first day that counts again.",
    "closed_period.backward": "The period would end on {end}, before it begins on {start}. Correct one of the days.",
    "closed_period.too_long": "{days} days are too many to leave out (at most {most}). After so long a site needs "
    "another baseline.",
    "closed_period.reason_missing": "Say why in a few words, e.g. “closed after the hurricane”: whoever audits it will "
    "ask.",
    "closed_period.overlaps": "The days {start} to {end} are left out already. Change that period instead.",
    "closed_period.withdrawn_already": "This period was withdrawn already. Add a new one if it holds after all.",
    "baseline.revised": "The baseline was revised after reporting began ({day}). Revision {before} gave a saving of "
    "{avoided_before} {unit} ± {band_before}; revision {revision}, which holds now, gives {avoided} {unit} ± {band}.",
    "site.rooms_changed": "The site had {before} rooms on average in the baseline and {after} since ({percent} %), and "
    "nothing was agreed about it. If that changed the use, add an adjustment.",
    "site.floor_area_m2_changed": "The site had {before} m² on average in the baseline and {after} since ({percent} "
    "%), and nothing was agreed about it. If that changed the use, add an adjustment.",
}
