"""Sentences of adopted baselines, and of savings asked of the database."""

SENTENCES: dict[str, str] = {
    "savings.both_periods": "A saving needs two periods: give both --baseline and --reporting, or neither, for the "
    "baselines that were adopted.",
    "savings.method_needs_periods": "A method, a driver or a fixed figure is asked together with two periods. Give "
    "--baseline and --reporting, or leave it out: an adopted baseline has its own method.",
    "savings.no_such_resource": "There is no resource “{resource}”. Known are: {known}.",
    "savings.no_such_site": "There is no site “{site}” here. Check the spelling; `emstrack site list` names them all.",
    "savings.several_sites": "Several sites are called “{site}”. Give the number of the one you mean.",
    "baseline.inputs_moved": "Readings, drivers, weather or closed days of the baseline {period} were changed after "
    "it was adopted. It still stands on what it was adopted with; adopt a new revision to take the changes in.",
    "baseline.reason_missing": "Say in a few words why this baseline is right, e.g. “the year before the retrofit”: "
    "whoever audits it will ask.",
    "baseline.not_a_draft": "Revision {revision} is no draft any more. A change is a new revision: propose one.",
    "baseline.moved_since_proposed": "Readings, drivers or weather of revision {revision} changed since it was "
    "proposed. Propose it again and look at its fit before you adopt it.",
    "baseline.changed_meanwhile": "Somebody else changed revision {revision} in the meantime. Look at it again.",
    "baseline.not_sufficient": "Revision {revision} could bear no claim, so it cannot be adopted. The list says what "
    "is missing.",
    "baseline.reporting_inside": "The savings would begin inside the baseline {period}. Let them begin when it has "
    "ended.",
    "baseline.site_archived": "The site is archived. Restore it first.",
}
