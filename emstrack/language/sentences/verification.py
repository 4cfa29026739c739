"""Sentences of savings verified apart from the whole meter, and of which option fits."""

SENTENCES: dict[str, str] = {
    "isolation.no_title": "Give the saving a name, for example “Low-flow showers, rooms 1 to 60”.",
    "isolation.missing": "{parameter} is missing. Write a figure and what it rests on.",
    "isolation.none_measured": "Nothing that decides the saving was measured. Option A needs at least one of these "
    "measured: {parameters}. Measure a sample of two or more and write its mean and spread.",
    "isolation.sample_of_one": "{parameter}: one measurement tells nothing of its spread. Measure at least two, "
    "better ten, and write how many.",
    "isolation.no_spread": "{parameter}: write the standard deviation of the sample, 0 or more, in the same unit.",
    "isolation.no_instrument": "{parameter}: write with what it was measured, for example “bucket and stopwatch” or "
    "the serial number of the analyser.",
    "isolation.no_day": "{parameter}: write the day it was measured on.",
    "isolation.measured_in_future": "{parameter}: {day} is still to come. Write the day it was measured on.",
    "isolation.out_of_range": "{parameter}: {value} is outside {low} to {high} {unit}. Check the figure and its unit.",
    "isolation.no_source": "{parameter} is estimated, so write where it comes from: a record, a data sheet, a survey.",
    "isolation.no_range": "{parameter} is estimated, so write between which two values the true one surely lies.",
    "isolation.value_outside_range": "{parameter}: {value} does not lie between {low} and {high}. Widen the range or "
    "correct the value.",
    "isolation.not_a_sub_meter": "Option B needs a sub-meter of this site: a meter that stands behind another. Say "
    "so on the meter’s form, then choose it here.",
    "isolation.no_baseline": "“{meter}” has no adopted baseline, so it shows no saving yet. Adopt one first.",
    "isolation.sub_meter_taken": "The saving of “{meter}” stands here already as “{title}”. One sub-meter bears one "
    "saving.",
    "isolation.no_model": "Write which program made the model, with its version.",
    "isolation.no_author": "Write who made the model.",
    "isolation.calibration_not_said": "Write how well the model follows the meters: CV(RMSE) from 0 to 100 % and "
    "NMBE from −100 to 100 %.",
    "isolation.no_quantity": "Write what the saving comes to in at least one resource.",
    "isolation.band_negative": "A band is 0 or more; leave it empty where nobody knows it.",
    "isolation.withdrawn": "This saving was withdrawn, so it can no longer be changed or signed.",
    "isolation.signed_by_author": "Who wrote or last changed a saving cannot sign it: somebody else has to look at it.",
    "isolation.reason_missing": "Say in a few words why.",
    "isolation.nothing_saved": "{resource}: by these figures nothing is saved.",
    "isolation.within_band": "{resource}: the band is as large as the saving, so it cannot be told from nothing. "
    "Measure what brings the doubt.",
    "isolation.large_part_of_use": "{resource}: this is {percent} % of what the site’s meters measured in the year "
    "before. Check figures and units.",
    "isolation.sample_too_small": "{parameter}: {sample} measurements do not tell the mean to a tenth. About "
    "{needed} would.",
    "isolation.no_spread_at_all": "{parameter}: all measurements are the same to the last digit. Check whether they "
    "were made one by one.",
    "isolation.doubt_from": "{percent} % of the doubt comes from: {parameter}. Measuring it better narrows the band "
    "most.",
    "isolation.inside_meter_saving": "{resource}: the site’s meter has an adopted baseline and shows this saving "
    "too. It is a part of that one and never added to it.",
    "isolation.waiting": "Readings of “{meter}” were written since; its saving is being computed again.",
    "isolation.sub_meter_withheld": "The claim of “{meter}” is withheld. Its page says why and how to mend it.",
    "isolation.not_calibrated": "The model follows the meters less closely than ASHRAE Guideline 14 asks: CV(RMSE) "
    "up to {cv_rmse} %, NMBE up to ±{nmbe} %.",
    "option.no_expectation": "Write what you hope to save, as a figure above zero.",
    "option.no_use": "This meter has no complete year to take a percentage of. Write the saving as a quantity.",
    "option.no_band": "Nobody can say yet what “{meter}” can show: twelve complete months and a model that fits them "
    "are needed. Until then verify the saving where it happens.",
    "option.meter_shows_it": "“{meter}” can show savings of {least} {unit} a year or more, so {expected} {unit} can "
    "be verified on the meter: option C.",
    "option.below_the_band": "“{meter}” can only show savings of {least} {unit} a year or more; {expected} {unit} "
    "would drown in the ups and downs of the months. Option C would prove nothing: verify it where it happens.",
}
