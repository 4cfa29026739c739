"""Sentences of facilities, applications and loans."""

SENTENCES: dict[str, str] = {
    "finance.name_missing": "Give the facility a name of at most 200 letters, for example “Loan guarantee, cleaner "
    "production”.",
    "finance.title_missing": "Give the application a name of at most 200 letters, for example “Efficient boilers, "
    "Hotel "
    "Bahía”.",
    "finance.end_before_start": "The facility would end before it begins ({start}). Choose a later end, or leave it "
    "empty.",
    "finance.ceiling_negative": "A ceiling is zero or more. Write it without a minus, or leave it empty for none.",
    "finance.cap_not_positive": "The largest amount has to be more than zero. Leave it empty where there is none.",
    "finance.cover_missing": "Say what share of the principal is guaranteed, for example 50 %.",
    "finance.cover_out_of_range": "A cover of {percent} % cannot be. Write more than 0 and at most 100 %.",
    "finance.currency_in_use": "Financings of this facility are in its currency already, so it cannot change. Add "
    "another facility for another currency.",
    "finance.instrument_in_use": "Financings of this facility exist already, so what it is cannot change. Add another "
    "facility.",
    "finance.cover_in_use": "Loans were approved on this cover and cap, and keep them. For new terms add another "
    "facility.",
    "finance.capital_of_funds_only": "Only a revolving fund holds capital. Of other facilities set the ceiling.",
    "finance.in_future": "{day} has not come yet. Write down what has happened, once it has.",
    "finance.amount_not_positive": "Write an amount above zero, without a minus. What was wrong is taken back by a "
    "reversal.",
    "finance.amount_negative": "This amount cannot be negative. Write zero or more, or leave it empty where it is not "
    "known.",
    "finance.haircut": "A haircut of {percent} % leaves nothing sensible. Write 0 or more and less than 100 %; 20 % is "
    "usual.",
    "finance.sector_unknown": "Choose one of the sectors in the list.",
    "finance.no_measure": "Choose at least one measure that the money is for.",
    "finance.too_many_measures": "A bundle has at most {most} measures. Make two applications of it.",
    "finance.measure_given_up": "“{measure}” is rejected, deferred or archived. Take it up again first, or leave it "
    "out "
    "of the bundle.",
    "finance.facility_not_open": "The facility takes new loans from {start} on; {day} is before that.",
    "finance.facility_closed": "The facility is closed to new loans since {end}; {day} is too late. What was approved "
    "before goes on.",
    "finance.loan_over_cap": "{currency} {amount} is over the cap of {currency} {cap}, so the loan is not eligible. "
    "Ask "
    "for less, or mark that it is taken by agreement: then the guarantee covers a smaller share of it.",
    "finance.grant_over_cap": "{currency} {amount} is over the largest grant, {currency} {cap}. Ask for less, and pay "
    "the rest from other funds.",
    "finance.over_cap": "{currency} {amount} is over the largest amount of this facility, {currency} {cap}. Ask for "
    "less.",
    "finance.over_ceiling": "{currency} {amount} is more than is left under the facility's ceiling: {currency} {left}. "
    "Approve less, or raise the ceiling if it was raised.",
    "finance.fund_is_empty": "The fund has {currency} {left} left to lend, and {currency} {amount} is more. Approve "
    "less, wait for repayments, or record new capital.",
    "finance.rate_missing": "Write the yearly interest rate of the loan; 0 where there is none.",
    "finance.rate_negative": "An interest rate of {percent} % cannot be. Write zero or more.",
    "finance.rate_too_high": "{percent} % a year looks like a typing error. Write the yearly rate, as in 12 for 12 %.",
    "finance.instalments": "Write how many instalments there are: 1 to {most}.",
    "finance.per_year": "Instalments come 1, 2, 4 or 12 times a year. Choose one.",
    "finance.grace": "The grace has to leave at least one of the {instalments} instalments to pay the principal.",
    "finance.decided_already": "This was decided already. Take the decision back first, while nothing was paid out.",
    "finance.disbursement_before_approval": "Nothing was approved by {day}, so nothing can have been paid out then. "
    "Record the approval first, or check the day.",
    "finance.disbursement_after_claim": "The guarantee was claimed, so nothing more is paid out on this loan.",
    "finance.disbursed_too_much": "{currency} {amount} is more than is left of what was approved: {currency} {left}.",
    "finance.repayment_before_disbursement": "Nothing was paid out by {day}, so nothing can have been repaid then. "
    "Record the disbursement first, or check the day.",
    "finance.repayment_after_claim": "The guarantee was claimed, so what still comes in is a recovery: both sides "
    "share "
    "in it. Record it as one.",
    "finance.recovery_before_disbursement": "Nothing was paid out by {day}, so there is nothing to recover. Check the "
    "day.",
    "finance.more_than_owed": "{currency} {amount} is more than the principal that is owed: {currency} {outstanding}. "
    "Write interest apart from the principal.",
    "finance.nothing_guaranteed": "This is no guaranteed loan, so there is nothing to claim.",
    "finance.claim_before_disbursement": "Nothing was paid out by {day}, so there is nothing to claim. Check the day.",
    "finance.claim_above_exposure": "{currency} {amount} is more than the guarantee still covers: {currency} "
    "{claimable}. It covers its share of the principal that is owed, and no interest.",
    "finance.never_repaid": "This money is not lent, so it is not repaid.",
    "finance.revenue_before_disbursement": "Nothing was paid out by {day}, so no revenue can come of it yet.",
    "finance.kind_unknown": "Choose what happened from the list.",
    "finance.nothing_to_reverse": "That entry is not there, or is a reversal itself. Choose an entry of this account.",
    "finance.reversed_already": "That entry was taken back already.",
    "finance.reversal_without_reason": "Say why the entry is taken back; whoever reads the account will ask.",
    "finance.no_exchange_rate": "There is no exchange rate from {currency} to {base} on or before {day}, so the sum is "
    "not known. An administrator can add one under Exchange rates.",
    "finance.exposure_without_rate": "There is no exchange rate from {currency} to {base} on or before {day}, so what "
    "is in {currency} is in no total. An administrator can add one under Exchange rates.",
    "finance.no_investment": "“{measure}” has no investment entered, so what the bundle costs is not known.",
    "finance.no_annual_saving": "“{measure}” has no saving in money, so what the bundle saves is not known. Enter its "
    "effects and their prices.",
    "finance.measured_on_whole_meters": "Measured on {count} whole meters for {done} of {all} measures, brought to a "
    "year: whatever else was done on them is part of it.",
}
