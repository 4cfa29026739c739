"""What a sentence says when its count is one: the code, the evidence that counts, and the sentence for one.

A language whose catalogue lacks the sentence for one says the general one.
"""

ONE: dict[str, tuple[str, str]] = {
    "balance.no_price": ("count", "One input has no price, so what is lost cost more than is shown: {names}."),
    "balance.no_disposal_cost": (
        "count",
        "One loss has no cost of treatment or disposal, so it costs at least what is shown: {names}.",
    ),
    "balance.no_processing_cost": (
        "count",
        "One operation has no processing cost, so losses after it cost at least what is shown: {names}.",
    ),
    "baseline.estimates_settled": (
        "count",
        (
            "An estimated reading was put together with the actual reading that settled it, so that only what was "
            "measured counts."
        ),
    ),
    "baseline.long_reading": (
        "count",
        (
            "One reading of the baseline is longer than 70 days: {days} days, from {start} to {end}. It is used as it "
            "is, but says little about single months. Enter the bills between, if there are any."
        ),
    ),
    "baseline.off_cycle_reading": (
        "count",
        (
            "One reading of the baseline is shorter than 25 days: {days} days, from {start} to {end}. It counts by its "
            "days."
        ),
    ),
    "cost.no_currency": (
        "count",
        "A cost has no currency and was left out; its quantity was kept. Add a currency column, e.g. MXN.",
    ),
    "cost.several_currencies": (
        "count",
        "One meter has costs in several currencies, so no money is shown for it. Keep one currency per meter.",
    ),
    "baseline.too_few_months": (
        "points",
        (
            "The baseline {period} has a single point; it needs at least {needed}. Enter the missing bills or choose "
            "a longer period (24 months for a meter read every two months)."
        ),
    ),
    "baseline.gap": (
        "days",
        (
            "One day of the baseline has no reading ({start}). The model was fitted without it; enter the missing bill "
            "if you can."
        ),
    ),
    "period.straddling_reading": (
        "count",
        (
            "One reading crosses the end of a period given in days and was left out: {readings}. Move the period to "
            "reading dates, or give it in months."
        ),
    ),
    "reporting.month_incomplete": (
        "count",
        "One month does not count because its days are not all covered: {months}. Enter the missing bill.",
    ),
    "driver.missing": ("count", "“{driver}” is missing in one period, which was left out. Enter the value."),
    "driver.out_of_range": (
        "count",
        (
            "“{driver}” goes beyond anything seen in the baseline ({low} to {high} per day) in one period; there the "
            "model is only extrapolating."
        ),
    ),
    "weather.gap": (
        "count",
        "Temperatures are missing for more than a tenth of one period, which was left out. Complete the weather file.",
    ),
    "header.ignored": (
        "count",
        "Nothing was read from one column: {columns}. If it matters, name it as in the template.",
    ),
    "mapping.incomplete": ("count", "One question about the columns of {file} is still open. Answer it first."),
    "import.more_findings": (
        "count",
        "One more remark was counted and is not listed; the first {kept} are. Mend those, and import the file again.",
    ),
    "doctor.work_failing": ("n", "One piece of work is failing: {kind} ({reason})."),
    "doctor.mails_failed": (
        "n",
        "One mail of the last two days did not go out. The administration page lists it.",
    ),
    "audit.unanswered": ("count", "One question has no answer yet. Answer it, or say why it was left out."),
    "audit.open_findings": (
        "count",
        (
            "One finding is still open. An audit of a management system ends once the effect of each correction was "
            "verified."
        ),
    ),
    "ledger.before_measures": (
        "n",
        "One counted day lies before any measure here; what it saved is no measure’s.",
    ),
    "ledger.no_estimate": (
        "n",
        (
            "What the meter saved is not shared: one of its measures has no estimate in the meter’s unit. Enter what it"
            " was to save in a year."
        ),
    ),
    "finance.measured_on_whole_meters": (
        "count",
        (
            "Measured on one whole meter for {done} of {all} measures, brought to a year: whatever else was done on it "
            "is part of it."
        ),
    ),
}
