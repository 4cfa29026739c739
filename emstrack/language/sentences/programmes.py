"""Sentences of programmes, their parts and their results."""

SENTENCES = {
    "programme.not_found": "There is no programme “{named}”. Its name or number stands on its page.",
    "programme.ambiguous": "Several programmes are called “{named}”. Name it by its number: {ids}.",
    "programme.name_missing": "Write a name.",
    "programme.name_too_long": "This has more than {limit} letters. Shorten it.",
    "programme.text_too_long": "This text has more than {limit} letters. Shorten it.",
    "programme.name_taken": "There is already a programme “{name}”. Give this one another name.",
    "programme.part_name_taken": "The programme has “{name}” already. Give this one another name.",
    "programme.country_unknown": "“{country}” is no country code. Choose from the list.",
    "programme.rate_day_in_future": "{day} has not come yet. Give a day whose exchange rates are known.",
    "programme.day_in_future": "{day} has not come yet. Give a day that has.",
    "programme.ends_before_it_starts": "The end lies before the beginning. Check both days.",
    "programme.count_unlikely": "This is no number of people or sites. Write a whole number, or leave it empty where "
    "nobody counted.",
    "programme.percent_unlikely": "A percentage lies between 0 and 100, not {percent}.",
    "programme.year_unlikely": "{year} is no year of results. Write one from 1950 to this year, or leave it empty.",
    "programme.before_and_after": "A before and after needs all three: what was measured, the figure before, and "
    "the figure after.",
    "programme.amount_negative": "An amount cannot be negative. Write what was paid or saved as a positive figure.",
    "programme.amount_unlikely": "This amount is too large to be one. Check the figure.",
    "programme.currency_missing": "Write the currency of the amount, three letters as in USD.",
    "programme.quarter_unknown": "Choose a quarter: it begins in January, April, July or October.",
    "programme.figure_unknown": "“{text}” is not a number. Write it as 12.5; nothing else was changed.",
    "programme.no_site_chosen": "Choose at least one site.",
    "programme.too_many_sites": "At most {most} sites at once. Choose fewer.",
    "programme.site_in_cohort": "“{site}” is in the cohort “{cohort}” of this programme already, and cohorts share no "
    "site: it would be counted twice. Take it out there first.",
    "programme.cohort_has_sites": "“{name}” still has sites. Take them out first, so that none is lost by a click.",
    "programme.no_rate": "There is no exchange rate of {currency} in {base} on or before {day}, so this money stands "
    "in its own row and in no total. An administrator can enter the rate.",
    "programme.currencies_apart": "There is more than one currency, so each has its own row and the total has no "
    "money.",
    "programme.without_both": "{count} of {all} implemented measures do not say both investment and saving; they "
    "are counted, and the payback leaves them out.",
    "report.empty_programme": "Nothing is in the programme “{programme}” yet, so there is nothing to report. Put sites "
    "into a cohort, or enter published results.",
}
