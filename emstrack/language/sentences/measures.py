"""Sentences of recommendations, measures, their money and their plans."""

SENTENCES = {
    "measure.title_missing": "Say in a few words what shall be done, for example “LED lamps in the corridors”.",
    "measure.title_too_long": "The title has more than {limit} letters. Shorten it; the proposal has room for the "
    "rest.",
    "measure.text_too_long": "This text has more than {limit} letters. Shorten it, or attach it as a file.",
    "measure.life_unlikely": "A measure lasts more than 0 and at most {most} years, not {years}. Leave it empty if "
    "you do not know.",
    "measure.owner_unknown": "This person has no role here, so nothing can be given to them. Choose somebody from "
    "the list.",
    "measure.amount_negative": "An amount cannot be negative. Write what is paid as a positive figure, 0 if it "
    "costs nothing.",
    "measure.amount_unlikely": "This amount is too large to be one. Check the figure.",
    "measure.too_many_rows": "A measure has at most {most} effects and {most} investment lines. Put some together.",
    "measure.too_many_photos": "A measure has at most {most} photos. Remove one first.",
    "measure.photo_elsewhere": "This photo belongs to another measure.",
    "measure.from_elsewhere": "The audit or finding this came from belongs to another site. Start again from its page.",
    "measure.site_archived": "This site is archived. Restore it before you recommend something for it.",
    "measure.archived": "This measure is archived. Restore it first.",
    "measure.step_unknown": "From “{now}” a measure cannot become “{wanted}”. It can become: {allowed}.",
    "measure.reason_missing": "Say why it becomes “{wanted}”: somebody will ask a year from now.",
    "measure.plan_missing": "Before work begins, agree on how the saving will be measured (the plan below). If it "
    "has to begin without one, type the reason.",
    "measure.implemented_in_future": "{day} has not come yet. Give the day it was really put in.",
    "measure.owner_missing": "Name an owner first: a verification is signed by somebody else than the owner.",
    "measure.signer_missing": "A verification is signed by a person. Sign in and verify it on the measure’s page.",
    "measure.signed_by_owner": "You own this measure, so you cannot verify it yourself. Ask somebody else to sign.",
    "measure.none_chosen": "Choose at least one measure.",
    "measure.too_many_chosen": "At most {most} measures at once. Choose fewer.",
    "measure.nothing_wished": "Say what shall be changed: the owner, the due date or the status.",
    "measure.status_unknown": "“{status}” is no status. Choose one from the list.",
    "effect.resource_unknown": "“{resource}” is no resource that is known here. Choose one from the list.",
    "effect.nothing_saved": "A saving of 0 saves nothing. Write the quantity of a year, or leave the row empty; "
    "more use than before is written with a minus.",
    "effect.quantity_missing": "Write how much is saved in a year.",
    "effect.quantity_unlikely": "This quantity is too large to be one. Check the figure and its unit.",
    "effect.price_negative": "A price cannot be negative. More use than before is written with a minus before the "
    "quantity.",
    "effect.unit_unknown": "“{unit}” is not a unit for this. Write it as kWh, m3, kg or L.",
    "effect.unit_ambiguous": "“{unit}” may mean several units. Write one of: {choices}.",
    "effect.meter_elsewhere": "This meter is not one of the site’s. Choose one from the list.",
    "effect.meter_differs": "“{meter}” measures {resource}. Choose a meter of the same resource, or none.",
    "finance.investment_negative": "An investment cannot be negative. Money that comes in belongs to the yearly "
    "saving or to the value at the end of the life.",
    "finance.life_not_positive": "A life of {years} years leaves no time to save anything. Give more than 0 years.",
    "finance.rate_too_low": "A discount rate lies above −100 % and is at most 1,000 %. Usual ones are 5 to 15 %.",
    "rate.same_currency": "Both currencies are {currency}. An exchange rate needs two.",
    "rate.day_missing": "Give the day of the rate.",
    "rate.in_future": "{day} has not come yet. Give a day whose rate is known.",
    "rate.not_positive": "A rate is a number above 0: how much one unit of the first currency costs in the second.",
    "rate.there_already": "There is already a rate of {currency} in {base} on {day}. Remove it first to enter another.",
    "plan.boundary_missing": "Say what is measured: a circuit, a boiler, the whole meter.",
    "plan.meter_missing": "Option C reads the site’s own meter. Choose it.",
    "plan.saving_hidden": "The saving expected is {expected} % of this meter, and the smallest saving it can show "
    "is {detectable} %. Option C would not see it. Choose A (measure a key parameter) or B (a sub-meter).",
    "plan.parameters_missing": "Option A or B measures something at the equipment itself. Say what, and with which "
    "instrument.",
    "plan.period_half": "Give both the first day of the reporting period and the day after its last.",
    "plan.period_missing": "Give the period the saving will be claimed for.",
    "plan.agreed_in_future": "{day} has not come yet. Give the day it was agreed, or leave it empty while it is a "
    "draft.",
    "plan.agreed_by_missing": "Say who agreed to the plan.",
    "plan.agreed_day_missing": "Give the day it was agreed, or leave out who agreed while it is a draft.",
    "plan.verifier_missing": "Say who will verify the saving: somebody else than the owner.",
    "category.unknown": "“{text}” is no technique of cleaner production. Write one of: {known}, or its number from "
    "1 to 8.",
    "measure_status.unknown": "“{text}” is no status of a measure. Write one of: {known}.",
    "import.measure_differs": "The site already has a measure “{title}” with other figures. Change it on its page, "
    "or give this one another title.",
    "import.owner_unknown": "“{owner}” has no account here, so the measure has no owner yet. Name one on its page.",
    "undo.measure_changed": "“{title}” was worked on since, so it stays.",
    "report.no_measures": "Nothing is recommended for {site} yet, so there is nothing to report.",
}
