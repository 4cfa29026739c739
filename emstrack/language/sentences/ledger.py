"""Sentences about the ledger of verified savings."""

SENTENCES: dict[str, str] = {
    "ledger.no_estimate": (
        "What the meter saved is not shared: {n} of its measures have no estimate in the meter’s unit. Enter what they"
        " were to save in a year."
    ),
    "ledger.mixed_signs": (
        "What the meter saved is not shared: some of its measures were to lower its use and others to raise it. Measure"
        " them apart (option A or B)."
    ),
    "ledger.before_measures": "{n} counted days lie before any measure here; what they saved is no measure’s.",
    "ledger.no_measure_left": "No measure stands for the rest of what this meter saved.",
    "ledger.not_metered": "Chemicals and money are estimated and not measured here.",
    "ledger.no_meter": "The site has no meter of this resource. Add it, or measure this saving apart (option A).",
    "ledger.several_meters": (
        "The site has {n} meters of this resource. Say on the measure which one it saves on, so that it is measured."
    ),
    "ledger.other_basis": (
        "The estimate is not in the unit or on the heating-value basis of {meter}, so it is not held against it. Enter"
        " it as the meter counts."
    ),
    "ledger.no_baseline": (
        "No baseline is adopted on the meter, so nothing is measured yet. Adopt one on the meter’s page."
    ),
    "ledger.indicative_baseline": (
        "The baseline of {meter} ({method}) has no band and is only indicative: nothing it says is claimed here. Adopt"
        " a regression."
    ),
    "ledger.waiting": "The saving of {meter} is being computed. Look again in a moment.",
    "ledger.withheld": "The saving of {meter} may not be claimed. The meter’s page says why, and who can mend it.",
    "ledger.not_yet": (
        "No month that counts lies after the measure was put in. It shows once its first month is complete."
    ),
    "ledger.isolation_missing": (
        "Its plan asks for option {option}, and no such saving stands for it yet. What is shown here is no more than a"
        " share of the meter’s."
    ),
    "ledger.isolated_unsigned": "Nobody has signed this saving yet.",
    "ledger.meter_of_saving_unknown": (
        "It is not known which supply meter this saving is a part of, or it is on another heating-value basis; it is"
        " not taken off any meter’s saving. Let it stand for a measure that names its meter."
    ),
    "ledger.no_effect": "The measure says of no resource what it saves. Enter its effects.",
    "ledger.verified_without_figure": (
        "The measure is marked as verified, but nothing measured was signed with it. Verify it again once its saving"
        " shows."
    ),
    "ledger.changed_since_signed": (
        "What was signed has changed since: bills, baseline, measures or the saving itself. Look at both figures, and"
        " verify again."
    ),
    "ledger.only_allocated": (
        "All that is known of this measure is a share of what its meter saved together with other measures, and a share"
        " is not verified. Measure it apart (option A or B)."
    ),
    "ledger.saving_unsigned": (
        "A saving measured apart that this measure rests on is not signed yet. Have it signed on its own page first."
    ),
    "ledger.saving_elsewhere": "This saving was verified at another site. Choose one of the measure’s own site.",
    "ledger.saving_taken": "This saving stands for another measure already. Release it there first.",
}
"""Code: English sentence; names in braces are the evidence."""
