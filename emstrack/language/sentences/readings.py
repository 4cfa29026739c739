"""Sentences of files in and out: imports, undo, exports."""

SENTENCES: dict[str, str] = {
    "import.more_findings": "{count} more remarks were counted and are not listed; the first {kept} are. Mend those, "
    "and "
    "import the file again.",
    "import.site_elsewhere": "“{site}” belongs to an organisation that you do not work in here, so its rows were "
    "left out. Ask"
    " an administrator there, or use another name.",
    "import.basis_mixed": "This quantity would be counted with the {basis} heating value, but the meter’s other "
    "readings "
    "are {meter_basis}. The two are never added up: use a unit of the same kind, or give it a meter "
    "of its own.",
    "import.overlaps_stored": "This period overlaps the {kind} reading from {start} until {end} that is stored "
    "already, so its "
    "days would count twice. Correct the dates, or change the stored reading.",
    "import.overlaps_row": "This period overlaps that of row {other} (from {start} until {end}), so its days would "
    "count "
    "twice. Correct the dates of one of the two.",
    "import.estimate_replaced": "This actual reading replaces the estimate from {start} until {end}; history keeps "
    "the estimate.",
    "import.currency_missing": "The cost has no currency, so it was left out and the quantity was kept. Add a "
    "currency column, "
    "name the currency for the whole file, or set the organisation’s.",
    "import.site_created": "The site “{site}” is new and will be of the kind “other”; complete it when convenient.",
    "import.meter_created": "The meter “{meter}” ({resource}) of “{site}” is new.",
    "import.station_created": "The weather station “{station}” is new.",
    "import.driver_overlaps": "This period of {driver} overlaps the one from {start} until {end}, so its days would "
    "count "
    "twice. Correct the dates.",
    "import.weather_empty": "There is neither temperature nor rain for {day}. Fill in one of them, or delete the row.",
    "import.site_twice": "“{site}” stands in this file twice, by its name or its external id. Keep one row.",
    "import.site_name_taken": "Another site is called “{site}” already, and this row names a different one by its "
    "external id. "
    "Correct the name or the id.",
    "import.organisation_unknown": "There is no organisation “{name}” here. Add it first, or leave the cell empty.",
    "import.file_not_there": "There is no file {file}. Check the name and the folder.",
    "import.site_not_found": "There is no site “{named}” here. Check the name.",
    "import.busy": "Another file of your organisation is being imported. Wait for it to end, then try again.",
    "import.no_file": "No file was chosen. Choose one first.",
    "import.file_gone": "The uploaded file is no longer there. Upload it again.",
    "batch.not_found": "There is no import number {batch}.",
    "batch.already_undone": "Import {batch} was undone already.",
    "batch.not_done": "Import {batch} wrote nothing, so there is nothing to undo.",
    "batch.not_running": "Import {batch} is not running any more.",
    "batch.not_previewed": "Import {batch} is not waiting for your word any more. Upload the file again.",
    "undo.reading_changed": "The reading of “{meter}” at “{site}” from {start} until {end} ({quantity} {unit}) was "
    "changed "
    "since, and stays as it is.",
    "undo.driver_value_changed": "The value of {driver} from {start} until {end} was changed since, and stays as it "
    "is.",
    "undo.weather_day_changed": "The weather of {day} was changed since, and stays as it is.",
    "undo.site_changed": "“{site}” was changed since, and stays as it is.",
    "undo.site_attribute_changed": "{attribute} of “{site}” was changed since, and stays as it is.",
    "undo.meter_changed": "The meter “{name}” was changed since, and stays as it is.",
    "undo.gone": "Something this import had changed ({thing} {id}) was deleted since, and stays deleted.",
    "undo.site_name_taken": "“{site}” could not get its old name back: another site has it now.",
    "undo.estimate_stays_away": "The estimate from {start} until {end} ({quantity}) was not put back: a reading that "
    "was changed "
    "since covers its days.",
    "undo.meter_kept": "The meter “{name}” stays: something else uses it now.",
    "undo.site_kept": "The site “{name}” stays: something else uses it now.",
    "undo.station_kept": "The weather station “{name}” stays: something else uses it now.",
    "mapping.not_found": "There is no mapping called “{name}”. There are: {known}.",
    "mapping.needs_a_name": "Give the mapping a name of at most 80 characters.",
    "export.unknown_suffix": "The name {file} does not say which kind of file is wanted. End it with one of: {known}.",
    "export.too_many_rows": "{rows} rows do not fit in a sheet, which holds {most}. Export to CSV.",
    "export.cannot_write": "{file} cannot be written: {reason}.",
}
