"""Sentences of the area: savings."""

SENTENCES: dict[str, str] = {
    "analyse.rooms_of_which_site": "The file has {sites} sites, so it is not clear whose rooms these are. "
    "Give the rooms of each in a sites file (--sites).",
    "analyse.fixed_needs_a_figure": "The method “fixed” needs the agreed figure. Give it as --fixed 12000/month or "
    "--fixed 144000/year.",
    "analyse.figure_needs_fixed": "A fixed figure was given, but the method is “{method}”. Choose --method fixed, or "
    "leave the figure out.",
    "analyse.not_a_figure": "“{text}” is not a figure. Write 12000/month or 144000/year, in kWh, m³ or kg.",
    "analyse.no_readings": "Nothing of {file} could be taken as a reading. The list says why, row by row.",
    "file.not_there": "There is no file {file}. Check the name and the folder.",
    "file.other_kind": "{file} is not a file of {wanted}. Check which file was given for which option.",
    "reading.overlaps": "The reading {start} to {end} claims days that the reading in row {other} has already "
    "claimed. Correct the dates of one of them, or mark it as a correction (kind adjusted).",
    "reading.mixed_heating_basis": "The unit {unit} counts energy on the {basis} heating value, but this meter’s other "
    "readings are {meter_basis}. The two are never added; enter all of a meter in one unit.",
    "cost.no_currency": "{count} costs have no currency and were left out; quantities were kept. Add a currency "
    "column, e.g. MXN.",
    "cost.several_currencies": "{count} meters have costs in several currencies, so no money is shown for them. Keep "
    "one currency per meter.",
    "driver.site_without_readings": "Drivers were given for sites that have no readings: {sites}. Check the spelling "
    "of the sites.",
    "baseline.no_readings": "There are no readings in the baseline {period}. Choose a period with readings, or enter "
    "the missing bills.",
    "baseline.too_few_months": "The baseline {period} has {points} points; it needs at least {needed}. Enter the "
    "missing bills or choose a longer period (24 months for a meter read every two months).",
    "baseline.gap": "{days} days of the baseline have no reading (the first from {start} to {end}). The model was "
    "fitted without them; enter the missing bill if you can.",
    "baseline.short": "The baseline holds only {days} days of readings, so a season may be missing. A whole year is "
    "safer.",
    "baseline.estimated": "Much of the baseline rests on estimated readings ({percent} % of its days). Ask the "
    "supplier for actual ones.",
    "baseline.after_reporting": "The baseline {baseline} lies after the reporting period {reporting}: this is a "
    "backcast, and it has to be called one.",
    "baseline.poor_fit": "The model misses single months by much: CV(RMSE) is {percent} %, usual is below {limit} %. "
    "Look for a driver that explains the use, e.g. room-nights.",
    "baseline.autocorrelated": "The model’s errors follow each other (correlation {correlation}), so the band "
    "was widened {factor} times. A longer baseline or another driver may help.",
    "baseline.cannot_predict": "The method “{method}” gives no figure for any month of the reporting period. Check "
    "that its drivers and temperatures reach that far, and that the baseline has these calendar months.",
    "baseline.no_fixed_figure": "No agreed figure was given for this meter. Enter it, or choose another method.",
    "baseline.fixed_per_month": "The baseline is the agreed figure of {quantity} {unit} per month.",
    "baseline.fixed_per_year": "The baseline is the agreed figure of {quantity} {unit} per year.",
    "baseline.chosen_flat": "Nothing given explains the ups and downs of the use, so its average per day stands for "
    "all months. Give room-nights or temperatures if they matter.",
    "baseline.chosen_heating": "Heating below {heating_c} °C explains {explained} % of the ups and downs of the use; "
    "{base} % of the use does not depend on it.",
    "baseline.chosen_cooling": "Cooling above {cooling_c} °C explains {explained} % of the ups and downs of the use; "
    "{base} % of the use does not depend on it.",
    "baseline.chosen_heating_cooling": "Heating below {heating_c} °C and cooling above {cooling_c} °C explain "
    "{explained} % of the ups and downs of the use; {base} % of the use does not depend on them.",
    "baseline.chosen_flat_with_drivers": "{drivers} explain {explained} % of the ups and downs of the use; {base} % of "
    "the use does not depend on them.",
    "baseline.chosen_heating_with_drivers": "Heating below {heating_c} °C and {drivers} explain {explained} % of the "
    "ups and downs of the use; {base} % of the use does not depend on them.",
    "baseline.chosen_cooling_with_drivers": "Cooling above {cooling_c} °C and {drivers} explain {explained} % of the "
    "ups and downs of the use; {base} % of the use does not depend on them.",
    "baseline.chosen_heating_cooling_with_drivers": "Heating below {heating_c} °C, cooling above {cooling_c} °C and "
    "{drivers} explain {explained} % of the ups and downs of the use; {base} % of the use does not depend on them.",
    "period.overlapping": "The baseline {baseline} and the reporting period {reporting} overlap. Choose periods that "
    "do not share a day.",
    "period.straddling_reading": "{count} readings cross the ends of a period given in days and were left out: "
    "{readings}. Move the period to reading dates, or give it in months.",
    "reporting.no_complete_month": "No month of the reporting period {period} is wholly covered by readings. Enter the "
    "missing bills, or report a period that has them.",
    "reporting.month_incomplete": "{count} months do not count because their days are not all covered: {months}. "
    "Enter the missing bills.",
    "reporting.gap": "Only {percent} % of the reporting period {period} has figures; at least {needed} % is needed for "
    "a claim. Enter the missing bills and drivers, or report a shorter period.",
    "period.closed": "The site was closed in {periods}; these days are left out of the baseline and of the saving.",
    "baseline.adjusted": "{count} agreed adjustments change the baseline in this period.",
    "driver.not_there": "There are no values of “{driver}” for this site in the baseline. Enter them, or choose "
    "another driver or method.",
    "driver.missing": "“{driver}” is missing in {count} periods; these were left out. Enter the values.",
    "driver.constant": "“{driver}” never changes in the baseline, so it cannot explain anything.",
    "driver.not_used": "“{driver}” adds nothing to what the model already explains, and was left out.",
    "driver.negative_slope": "In this model more “{driver}” means less use, which is hardly true. Check the values, "
    "or leave the driver out.",
    "driver.out_of_range": "“{driver}” goes beyond anything seen in the baseline ({low} to {high} per day) in {count} "
    "periods; there the model is only extrapolating.",
    "weather.gap": "Temperatures are missing for more than a tenth of {count} periods; these were left out. Complete "
    "the weather file.",
    "weather.out_of_range": "In {count} periods it was hotter or colder than anything the baseline saw; there the "
    "model is only extrapolating. A longer baseline reaches further.",
    "weather.which_station": "The weather file has several stations, and these sites name none of them: {sites}. Name "
    "each site’s station in the sites file.",
    "method.indicative": "The method “{method}” is indicative: good for a first look, not for a claim or a "
    "certificate.",
    "carbon.no_factor": "No emission factor fits {resource} here, so no CO2e is shown. Give the country in the sites "
    "file.",
}
