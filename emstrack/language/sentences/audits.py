"""Sentences of audits, their checklists, answers and findings."""

SENTENCES: dict[str, str] = {
    "audit.backward": "The audit ends ({end}) before it starts ({start}). Swap the two days.",
    "audit.too_long": "An audit lasts at most {most} days. Plan one audit for each visit.",
    "audit.day_unlikely": "{day} is no day on which an audit took place. Check the year.",
    "audit.plan_outside": "The plan has a line on {day}, but the audit lasts from {start} to {end}. Change the line, "
    "or the days of the audit.",
    "audit.plan_incomplete": "Line {place} of the plan lacks its day or what is looked at. Complete it, or empty it.",
    "audit.team_incomplete": "Line {place} of the team is not complete. Choose somebody of the list or write a "
    "name, and a role.",
    "audit.too_many_lines": "That is more than {most} lines. Keep the plan and the team short.",
    "audit.text_too_long": "The text has more than {most} letters. Shorten it.",
    "audit.site_archived": "This site is archived. Restore it before you plan an audit.",
    "audit.archived": "This audit is archived. Restore it before you change it.",
    "audit.reported": "The report of this audit is out, so its answers and findings stay as they are. Take it back to "
    "the field first, with a reason.",
    "audit.closed": "This audit is closed. Open it again first, with a reason.",
    "audit.no_such_step": "From where it stands the audit cannot go there. Reload the page to see where it stands.",
    "audit.reason_missing": "Say in a few words why. The reason stays in the history.",
    "audit.nothing_recorded": "Nothing is written down yet: no answer and no finding. Fill in the checklist, or write "
    "a finding first.",
    "audit.unanswered": "{count} questions have no answer yet. Answer them, or say why they were left out.",
    "audit.open_findings": "{count} findings are still open. An audit of a management system ends once the effect of "
    "each correction was verified.",
    "audit.checklist_in_use": "Questions were answered already, so the checklist stays. Plan another audit for another "
    "checklist.",
    "audit_answer.not_a_number": "“{text}” is not a number. Write it as 1,234.5, or say that it does not apply.",
    "audit_answer.not_a_choice": "This question is not answered with yes or no. Write the number or the text it asks "
    "for.",
    "audit_answer.note_too_long": "The note has more than {most} letters. Shorten it.",
    "audit_finding.not_understood": "The finding could not be read: {text} Correct it and send it again.",
    "audit_finding.title_missing": "Say in one line what was found.",
    "audit_finding.text_too_long": "The text has more than {most} letters. Shorten it.",
    "audit_finding.grade_missing": "Choose the grade: in an audit of a management system every finding has one.",
    "audit_finding.grade_unwanted": "Only findings of a management system have a grade. Leave it empty.",
    "audit_finding.due_before": "It would be due ({due}) before the audit starts ({start}). Choose a later day.",
    "audit_finding.owner_unknown": "This person does not work here. Choose somebody of the list, or write a name.",
    "audit_finding.owner_missing": "Nobody has to correct this finding yet. Name its owner first.",
    "audit_finding.correction_missing": "Say what was done about it.",
    "audit_finding.not_corrected": "Its owner has not said yet what was done. First comes the correction, then its "
    "verification.",
    "audit_finding.own_verification": "Whether a correction worked is verified by somebody other than its owner. Ask "
    "another person of the team to sign in and close it.",
    "audit_finding.note_missing": "Say how you verified that the correction works.",
    "audit_finding.closed_already": "This finding is closed. Open it again first, with a reason.",
    "audit_finding.open_already": "This finding is open.",
    "audit_photo.too_many": "One finding or answer holds at most {most} photos. Remove one first.",
    "checklist.unknown": "There is no such checklist here. Choose one of the list.",
    "checklist.name_missing": "Give the checklist a name.",
    "checklist.name_too_long": "The name has more than {most} letters. Shorten it.",
    "checklist.name_taken": "There is already a checklist called “{name}”; archived ones count too. Choose another "
    "name.",
    "checklist.empty": "A checklist needs at least one question.",
    "checklist.too_many": "A checklist has at most {most} questions. Make two of it.",
    "checklist.question_missing": "Line {place} has no question. Write one, or take the line out.",
    "checklist.question_too_long": "The question of line {place} has more than {most} letters. Shorten it.",
    "checklist.unit_too_long": "The unit of line {place} has more than {most} letters. Shorten it.",
    "checklist.question_twice": "The question “{text}” is there twice. Take one of them out.",
    "checklist.changed_meanwhile": "Somebody made edition {edition} of this checklist meanwhile. Theirs: {theirs}. "
    "Yours: {mine}. What you wrote is still here; save again to make it the next edition.",
    "share.audit_needs_auditor": "Only auditors write audits. Choose the role of auditor, or share for reading only.",
}
