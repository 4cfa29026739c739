"""Sentences of entry by hand."""

SENTENCES: dict[str, str] = {
    "entry.number_ambiguous": "“{text}” may mean two numbers: {whole} or {decimal}. Choose which one it is.",
    "entry.number_not_understood": "“{text}” is not a number. Write it as on the bill, for example 1,234.5.",
    "entry.number_too_large": "“{text}” is larger than any meter can show. Check the digits.",
    "entry.day_not_understood": "“{text}” is not a day. Write it as 2026-10-31.",
    "entry.quantity_missing": "The quantity is missing. To remove a reading, open it and delete it there.",
    "entry.negative": "A negative quantity is a credit or an adjustment. Open the reading and choose that kind, or "
    "check the sign.",
    "entry.unit_unknown": "“{unit}” is not a unit this meter can have. Leave it out for {usual}.",
    "entry.basis_mixed": "This meter’s energy is counted {basis}; {unit} would count it the other way. Use the unit of "
    "its earlier bills, or add another meter.",
    "entry.no_currency": "The cost was not taken: {site} has no currency. Set it on the site’s page.",
    "entry.period_missing": "The days are missing. Give the first day, and the day of the next bill.",
    "entry.overlap": "There is a reading from {start} to {end} already ({quantity} {unit}). Change the days, or open "
    "that reading.",
    "entry.same_delivery": "There is a delivery on {day} already ({quantity} {unit}). If this is another one, type its "
    "bill number; if not, change that one.",
    "entry.future": "The period ends on {end}, which is still to come. Check the days.",
    "entry.long_period": "{days} days is long for one bill of this meter. Check the days.",
    "entry.outside_meter_life": "These days lie outside the time the meter was in use. Check the days, or the meter.",
    "entry.above_usual": "More than usual: this meter uses {low} to {high} {unit} in such a time. Check it; if it is "
    "right, leave it.",
    "entry.below_usual": "Less than usual: this meter uses {low} to {high} {unit} in such a time. Check it; if it is "
    "right, leave it.",
    "entry.ten_times": "About ten times the usual {middle} {unit}. Is there a digit too many?",
    "entry.a_tenth": "About a tenth of the usual {middle} {unit}. Is a digit missing?",
    "entry.unusual_price": "{price} {currency} per {unit}, where {usual} is usual. Check the cost and the quantity.",
    "entry.index_negative": "A register never shows less than zero. Check the index.",
    "entry.index_known_elsewhere": "The last index known is of {day}, but the period starts on {start}. Let it start "
    "on {day}.",
    "entry.opening_index": "Taken as this meter’s first index, on {day}. The next one will give the consumption.",
    "entry.rolled_over": "The register went from {first} past zero to {last}, which makes {quantity} {unit}. Check it.",
    "entry.next_follows": "The reading from {start} to {end} counts from this index: it is now {quantity} {unit}.",
    "entry.next_stays": "The reading from {start} to {end} was left at {quantity} {unit}, but it no longer fits "
    "the index before it. Open it and check it.",
    "entry.reason_missing": "Say in a few words why. The reason stays in the reading’s history.",
    "entry.key_reused": "This was sent before with other values. Reload the page and type it again.",
    "entry.key_too_long": "The idempotency key has more than {most} characters. Use a shorter one.",
    "entry.block_too_large": "That is more than {most} rows at once. Use a file for so many.",
    "entry.not_a_block": "The page sent something this version does not understand. Reload the page; what you typed "
    "comes back.",
    "entry.driver_name": "A driver’s name has 1 to {most} letters.",
    "entry.driver_negative": "This cannot be less than zero. Check the sign.",
    "entry.driver_overlap": "There is a value from {start} to {end} already, which is no whole month. Change it where "
    "it came from.",
    "entry.more_than_rooms": "{value} is more than {rooms} rooms can give in this month ({most}). Check it.",
    "entry.stock_negative": "A tank never holds less than nothing. Check the sign.",
    "stock.more_than_delivered": "From {first} to {last} the stock went from {opening} to {closing} {unit}, but only "
    "{delivered} {unit} were delivered. Those days are not counted: check both levels, or type the delivery that is "
    "missing.",
    "entry.stock_future": "{day} is still to come. Type what is in the tank once it is measured.",
}
