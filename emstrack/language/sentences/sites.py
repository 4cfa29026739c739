"""Sentences of the area: sites."""

SENTENCES: dict[str, str] = {
    "site.name_missing": "Give the site a name, as people in the house call it.",
    "site.name_too_long": "The name has more than {limit} letters. Shorten it.",
    "site.name_taken": "There is already a site called “{name}” in your organisation; archived sites count too. "
    "Choose another name, or restore that one.",
    "site.external_id_taken": "The number “{external_id}” belongs to another site already. Check it.",
    "site.country_unknown": "“{country}” is not a country code. Write two letters, as in MX or JM.",
    "site.currency_unknown": "“{currency}” is not a currency code. Write three letters, as in MXN or JMD.",
    "site.time_zone_unknown": "“{time_zone}” is not a time zone. Write it as America/Mexico_City.",
    "site.month_unknown": "A fiscal year starts in a month from 1 to 12, not {month}.",
    "site.place_unknown": "A latitude lies between -90 and 90 and a longitude between -180 and 180; give both or none.",
    "site.organisation_archived": "“{organisation}” is archived. Choose another organisation, or restore it first.",
    "attribute.not_a_number": "{value} does not fit here: give a number from 0 to {largest}.",
    "attribute.rooms_not_whole": "{value} is not a whole number. Rooms and staff are counted, not measured.",
    "attribute.backward": "It ends ({end}) before it starts ({start}). Swap the two days.",
    "attribute.overlaps": "From {start} to {end} the value is already {value}. Give a last day before that, or change "
    "that entry.",
    "meter.name_missing": "Give the meter a name, for example “Main” or the number on the bill.",
    "meter.name_too_long": "The name has more than {limit} letters. Shorten it.",
    "meter.taken": "This site already has a meter “{name}” for the same resource; archived meters count too. Choose "
    "another name.",
    "meter.site_archived": "This site is archived. Restore it before you change its meters.",
    "meter.unit_unknown": "“{unit}” cannot measure this resource. Choose one of: {units}.",
    "meter.variety_unknown": "“{variety}” is not a source of water. Choose one of: {varieties}.",
    "meter.basis_not_a_fuel": "Only a fuel has a net or gross heating value. Leave this empty.",
    "meter.backward": "The meter closes ({closed}) before it opens ({opened}). Swap the two days.",
    "meter.has_readings": "This meter has readings already, so its resource and heating value stay as they are. Add "
    "another meter instead.",
    "meter.parent_itself": "A meter cannot stand behind itself.",
    "meter.parent_circle": "“{parent}” already stands behind this meter. Choose a meter further up.",
    "meter.parent_elsewhere": "“{parent}” belongs to another site. A sub-meter stands behind a meter of its own site; "
    "for other sites, give them a share of the meter.",
    "meter.parent_differs": "“{parent}” measures something else. A sub-meter has the resource and direction of the "
    "meter it stands behind.",
    "meter.parent_archived": "“{parent}” is archived. Restore it first, or choose another meter.",
    "meter.has_sub_meters": "Other meters stand behind this one ({meters}). Take them out from behind it first, so "
    "that their use keeps being counted.",
    "device.multiplier_not_positive": "The multiplier has to be a number above 0; without one it is 1.",
    "device.digits_unknown": "A register has 1 to 15 digits, not {digits}.",
    "device.backward": "The device was removed ({removed}) before it was installed ({installed}). Check the two days.",
    "device.overlaps": "Device {serial} is on this meter until {removed}. Enter its removal first, or a later day of "
    "installation.",
    "device.index_too_long": "The index {index} does not fit a register of {digits} digits. Check the digits of the "
    "device, or the index.",
    "device.index_backward": "The index goes down from {first} to {last}, more than a register that starts again at "
    "zero explains. Check both; if the device was replaced, enter the new one.",
    "device.index_missing": "Device {serial} was replaced, but its last or first index is missing. Enter it with the "
    "device.",
    "share.fraction_unknown": "A share is more than 0 % and at most 100 %.",
    "share.own_site": "The meter belongs to this site already: it keeps whatever is not shared.",
    "share.site_twice": "This site already has a share on some of these days. End that one first.",
    "share.too_much": "On {day} the shares add up to more than 100 %. Lower one of them, or end it before that day.",
    "share.end_missing": "“{text}” is not a day. Choose the first day on which the share no longer holds.",
    "share.backward": "The share ends ({end}) before it starts ({start}). Swap the two days.",
    "picture.empty": "The file is empty. Choose the picture again.",
    "picture.too_large": "The picture is larger than {limit} MB. Send a smaller one; the telephone can shrink it.",
    "picture.not_one": "“{name}” is not a picture this can open. Send a JPEG, PNG or WebP file.",
    "picture.too_many_pixels": "The picture has more than {limit} million pixels. Send a smaller one.",
}
