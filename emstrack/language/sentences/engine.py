"""Sentences of the savings engine: bills as they come, change points, drivers, normalised and fading savings."""

SENTENCES: dict[str, str] = {
    "baseline.estimates_settled": "{count} estimated readings were put together with the actual reading that settled "
    "them, so that only what was measured counts.",
    "baseline.long_reading": "{count} readings of the baseline are longer than 70 days (the first has {days} days, "
    "from {start} to {end}). They are used as they are, but say little about single months. Enter the bills between, "
    "if there are any.",
    "baseline.off_cycle_reading": "{count} readings of the baseline are shorter than 25 days (the first has {days} "
    "days, from {start} to {end}). They count by their days.",
    "baseline.form_not_found": "The form {form} does not fit this meter: no change point gives slopes that make "
    "sense. The average use per day stands in its place; choose another method.",
    "baseline.method_not_kept": "The method “{method}” is for comparing and cannot be adopted. Choose the automatic "
    "method or the regression.",
    "baseline.chained": "This saving is chained over {count} baselines: each period is compared with the one before "
    "({periods}).",
    "baseline.chosen_flat_with_guests": "{drivers} explain {explained} % of the ups and downs of the use; "
    "{without_guests} % of the use does not depend on guests.",
    "baseline.chosen_heating_with_guests": "Heating below {heating_c} °C and {drivers} explain {explained} % of the "
    "ups and downs of the use; {without_guests} % of the use does not depend on guests.",
    "baseline.chosen_cooling_with_guests": "Cooling above {cooling_c} °C and {drivers} explain {explained} % of the "
    "ups and downs of the use; {without_guests} % of the use does not depend on guests.",
    "baseline.chosen_heating_cooling_with_guests": "Heating below {heating_c} °C, cooling above {cooling_c} °C and "
    "{drivers} explain {explained} % of the ups and downs of the use; {without_guests} % of the use does not depend "
    "on guests.",
    "baseline.all_zero": "The meter shows no use at all in the baseline, so there is nothing a saving could be a part "
    "of. Check whether it was in service then.",
    "baseline.negative_use": "The model says the site would have used less than nothing, as a meter does that runs "
    "backwards. Enter what is sold back as a meter of its own (direction export), or choose another baseline.",
    "driver.collinear": "“{driver}” and “{other}” move together (correlation {correlation}), so the model cannot tell "
    "which of the two uses the energy. The total holds while they go on moving together; leave one of them out to "
    "read the figures one by one.",
    "weather.not_there": "The site has no station with temperatures, and this method needs one. Give the site a "
    "station, or choose another method.",
    "weather.none_in_baseline": "No temperatures are known for the baseline, so the model knows nothing of heating or "
    "cooling. Complete the weather file for these months.",
    "weather.monthly_means": "Only monthly mean temperatures are known here, so heating and cooling are not looked "
    "for together. Daily temperatures make the baseline surer.",
    "normalized.too_few_before": "The baseline has {points} points; a normalised saving needs at least {needed}. "
    "Enter the missing bills.",
    "normalized.too_few_after": "The reporting period has {points} points; a normalised saving needs at least "
    "{needed}, because it gets a model of its own. Enter the missing bills, or wait for them.",
    "normalized.no_typical_year": "The typical year lacks a temperature or a driver that one of the two models needs, "
    "so there is no normalised saving. Complete the typical year.",
    "savings.fading": "The saving is fading: {before} % of the use before {since}, {after} % since then. Look at what "
    "changed on site. Of a hundred steady savings, five raise this alarm in three years.",
    "candidate.narrowest": "Recommended: of the methods a claim may rest on, it misses the months of the baseline by "
    "least.",
    "candidate.only_one": "Recommended: the only one of these methods that a claim may rest on.",
    "candidate.wider": "A claim may rest on it, but it misses the months of the baseline by more than the recommended "
    "one.",
    "candidate.reference": "For comparison with other programs.",
    "candidate.indicative": "Good for a first look only: it has no band, so nobody can say how sure it is.",
    "candidate.disqualified": "No claim may rest on it. The findings say what is missing.",
}
