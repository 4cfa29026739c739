"""Sentences of the area: files, what stands in them, and the units they use."""

SENTENCES: dict[str, str] = {
    "unit.unknown": "“{unit}” is not a unit that is known here. Use one of the codes in the list "
    "of units, such as kWh, m3, gal_us or kg.",
    "unit.unknown_spelling": "“{text}” is not a unit that is known here, and none is guessed. Write a code"
    " such as kWh, m3, L, gal_us, gal_imp, kg or cyl_45kg.",
    "unit.ambiguous": "“{text}” may mean different units. Say which one: {choices}.",
    "unit.does_not_fit": "{unit} cannot measure {resource}, which is added up in {canonical_unit}. "
    "Check the unit and the resource of this row.",
    "heat_content.missing": "There is no {basis} heat content of {resource} for {on}. Enter the quantity "
    "in kWh, or add the supplier's figure.",
    "resource.unknown": "“{text}” is not a resource that is known here, and none is guessed. Known are: {known}.",
    "variety.unknown_water": "“{text}” is not a source of water that is known here. Known are: {known}.",
    "kind.unknown": "This kind of reading is not known. Known are: {known}.",
    "direction.unknown": "This direction is not known. Known are: {known}.",
    "site_kind.unknown": "This kind of site is not known. Known are: {known}.",
    "currency.unknown": "“{text}” is not a currency code. A sign such as $ stands for many "
    "currencies: write three letters, such as MXN, JMD or USD.",
    "country.not_a_code": "“{text}” is not a country code. Write two letters, such as MX or JM.",
    "time_zone.unknown": "“{text}” is not a time zone. Write its name as in America/Mexico_City.",
    "driver.name_too_long": "“{text}” is too long for the name of a driver. Use at most 60 characters.",
    "driver.negative": "A driver cannot be negative. Correct the value.",
    "size.negative": "{name} cannot be negative. Correct the value, or leave it empty where it is not known.",
    "rooms.not_whole": "The number of rooms has to be a whole number.",
    "cell.missing": "The cell of “{name}” is empty, and this row cannot be taken without it. Fill"
    " it in; what is missing is never taken for zero.",
    "cell.nul": "The cell holds NUL characters, so the file was damaged on its way. Save it "
    "again from the program it comes from.",
    "cell.too_long": "The cell holds more than {most} characters. Shorten it.",
    "cell.formula_without_value": "The cell is a formula that was never calculated. Open the file in the "
    "spreadsheet program, save it, and import it again.",
    "cell.formula_error": "The cell shows a formula's error (such as #DIV/0!). Correct the formula, or "
    "write the value.",
    "number.ambiguous": "This may be {small} or {large}: nothing else in the column shows which mark "
    "is the decimal one. Write it without a thousands mark, with a decimal point.",
    "number.is_a_date": "There is a date where a number is wanted. Write the number, and check the format of the cell.",
    "number.is_percent": "There is a percentage where a quantity is wanted. Write the quantity itself.",
    "number.not_finite": "This is not a number that can be added up. Write the number, or leave the row out.",
    "number.not_plain": "This is not a plain number. Write digits with a decimal point only; the unit"
    " has a column of its own.",
    "number.other_digits": "The number is written with other digits than 0 to 9. Write it with 0 to 9.",
    "number.too_large": "The number is beyond {most}, which no meter shows. Check the digits and the unit.",
    "number.too_long": "The number has {characters} characters. Write it with at most 40 digits.",
    "quantity.negative": "A negative quantity is taken only for the kinds “adjusted” and “credit”. "
    "Correct the sign, or name the kind.",
    "date.ambiguous": "This may be {one} or {other}: nothing else in the file shows which comes "
    "first, day or month. Write dates as 2024-03-31.",
    "date.end_not_after_start": "The period does not end after it starts. The end is the first day that no "
    "longer belongs to it; check both dates.",
    "date.in_future": "The period lies in the future, or reaches far into it. Check the year.",
    "date.missing": "The row has no complete period. Give start and end, or a month such as 2024-03.",
    "date.not_a_date": "This is not a date. Write it as 2024-03-31.",
    "date.not_in_calendar": "There is no such day in the calendar. Correct it, e.g. 2024-02-29 for the "
    "last of February 2024.",
    "date.two_digit_year": "The year has two digits only. Write the date as 2024-03-31.",
    "date.with_time": "There is a time of day beside the date. Periods run from day to day: write the date alone.",
    "date.year_out_of_range": "The year is not between {earliest} and {latest}. Check it.",
    "month.disagrees": "The month and the dates of this row say different things. Keep one of them.",
    "month.not_a_month": "This is not a month. Write it as 2024-03.",
    "time.not_a_time": "This is not a moment. Write it as 2024-03-31T14:00, in local time.",
    "period.long": "The period lasts {days} days. It was taken; check that both dates are right.",
    "temperature.impossible": "No place on earth is colder than {coldest} °C or hotter than {hottest} °C. "
    "Check that the values are in degrees Celsius.",
    "weather.too_few_hours": "Station {station} has {hours} hours on {day}; a daily mean needs {least}. "
    "The day counts as missing.",
    "row.repeated": "This row says the same as row {other}. It was left out; delete one of the two.",
    "row.contradicts": "This row and row {other} are the same meter and period with different "
    "values. Neither was taken; keep the right one.",
    "row.too_many_cells": "The row has {cells} cells, the header {columns}. Often a comma inside a "
    "number or a name is to blame: put that cell in double quotes.",
    "row.total_left_out": "This row looks like a total and was left out, so that nothing counts twice.",
    "header.again": "The header stands here once more; the row was left out.",
    "header.ignored": "Nothing was read from {count} columns: {columns}. If one of them matters, "
    "name it as in the template.",
    "header.missing": "{file} looks like a file of {kind}, but row {row} has no column for: "
    "{missing}. It has: {found}. Add or rename the columns.",
    "header.not_recognised": "The columns of {file} are not understood. Row {row} has: {found}. Use the "
    "template, or say what each column is.",
    "header.twice": "In {file}, row {row}, more than one column could be “{name}”: {columns}. "
    "Rename or delete all but one.",
    "sheet.hidden": "The sheet “{sheet}” is hidden and was not read. Unhide it if it should be.",
    "sheet.not_read": "Nothing was read from the sheet “{sheet}”: it has no table of this kind.",
    "format.unknown": "“{format}” is not a format that can be read. Known are: {known}.",
    "kind_of_file.unknown": "“{kind}” is not a kind of file that can be imported here. Known are: {known}.",
    "file.empty": "{file} is empty. Check that it was saved, and choose it again.",
    "file.no_rows": "{file} has a header and no rows below it. Fill in at least one row.",
    "file.too_large": "{file} has {megabytes} MB; at most {most} MB can be read. Split it, by year for instance.",
    "file.too_many_columns": "{file} has {columns} columns in row {row}; at most {most} can be read. Keep "
    "the columns of the template.",
    "file.too_costly": "Reading this file needs more than the {memory_mb} MB of memory or {seconds} "
    "seconds that one file may cost. Nothing was saved. Split it, or save it as "
    "CSV.",
    "file.cancelled": "The import was cancelled. Nothing was saved.",
    "file.cannot_be_read": "This file cannot be read. Nothing was saved. Save it again as XLSX or CSV; "
    "if that does not help, show it to whoever runs this server.",
    "file.quote_not_closed": "In {file}, the record that begins at line {row} has a double quote that is "
    "not closed. Close it, or write quotes inside a text twice.",
    "file.mixed_encodings": "{file} mixes two encodings (first in line {row}), so that names would be "
    "garbled. Save it as “CSV UTF-8”.",
    "file.encoding_unknown": "The letters of {file} cannot be told for certain (line {row}), so that names"
    " would be garbled. Save it as “CSV UTF-8”.",
    "file.not_portfolio_manager": "{file} has no “Meter Entries” sheet of Portfolio Manager. Download the meter"
    " entries there, or choose another format.",
    "file.is_amount_usage_pairs": "{file} has an amount and a usage column for each month of a fiscal year. "
    "Such sheets are not read yet. Copy the readings into the template.",
    "file.is_better_portfolio": "{file} is an upload file of BETTER (sheets Metadata and Utility). It is not "
    "read yet. Copy the Utility sheet into the template.",
    "file.is_bill_line_items": "{file} lists the single items of bills (from, thru, service, item). It is "
    "not read yet. Add the items up by bill in the template.",
    "file.is_bill_starts_only": "{file} has the start of each bill only, without site, meter and unit. It is "
    "not read yet. Fill in the template.",
    "file.is_building_survey": "{file} is a list of buildings with their properties, not of readings. It is "
    "not read yet. For sites, use the template of sites.",
    "file.is_compressed": "{file} is a compressed archive. Unpack it and choose the file inside.",
    "file.is_daily_grid": "{file} has one row per meter and a column per day of a month. It is not read"
    " yet. Fill in the template with the month's total.",
    "file.is_database": "{file} is a database, not a spreadsheet. Export the readings as CSV.",
    "file.is_document": "{file} is a text document, not a spreadsheet. Copy its table into the template.",
    "file.is_green_button": "{file} is a Green Button file (XML from an electricity, gas or water "
    "company). It is not read yet. Use the bills in the template meanwhile.",
    "file.is_half_hourly": "{file} has half-hourly readings, one row per day. It is not read yet. Fill "
    "in the template with monthly totals.",
    "file.is_hourly_readings": "{file} has register readings by time of day. It is not read yet. Fill in the"
    " template with monthly quantities.",
    "file.is_invoices_without_quantity": "{file} has invoices with amounts and without quantities. It is not read yet."
    " Add quantity and unit in the template.",
    "file.is_json": "{file} is JSON, not a spreadsheet. Use CSV or XLSX.",
    "file.is_legacy_workbook": "{file} is a spreadsheet in the old .xls format, or one locked with a "
    "password. It is not read. Open it, and save it as .xlsx without a password.",
    "file.is_markup": "{file} is XML or a web page, not a spreadsheet. Export the data as CSV or XLSX.",
    "file.is_pdf": "{file} is a PDF. Type its figures into the month's page or the template, and"
    " attach the PDF to the bill.",
    "file.is_picture": "{file} is a picture. Type its figures into the month's page or the template.",
    "file.is_pm_data_request": "{file} is a report of Portfolio Manager (metrics by property and month). It "
    "is not read yet. Download the “Meter Entries” there.",
    "file.is_pm_download": "{file} is the full download of a property from Portfolio Manager. It is not "
    "read yet. Download the “Meter Entries” alone.",
    "file.is_pm_upload_template": "{file} is a template for adding bills to Portfolio Manager. It is not read "
    "yet. Download the “Meter Entries” there.",
    "file.is_weather_without_station": "{file} is weather by the hour without a station. Add a column “station”, and"
    " name the columns time and temperature_c (in °C).",
    "workbook.all_hidden": "All sheets of {file} are hidden. Unhide the one to read.",
    "workbook.damaged": "{file} is not a whole workbook: it is damaged, or only half of it was "
    "copied. Open it, save it again as .xlsx, and choose it again.",
    "workbook.protected": "{file} is locked with a password. Save it without one.",
    "workbook.too_many_cells": "{file} reaches over {cells} cells; at most {most} can be read. A stray entry"
    " far down or far to the right is often the cause: delete the rows and "
    "columns after the table.",
    "workbook.too_many_parts": "{file} is made of {parts} parts; at most {most} are read. Copy the table "
    "into a new workbook.",
    "workbook.unpacks_too_large": "{file} unpacks to far more than its size ({megabytes} MB is the most). It "
    "was not opened. Copy the table into a new workbook.",
    "mapping.needed": "For this file somebody has to say what each column is. Confirm the proposal first.",
    "mapping.incomplete": "{count} questions about the columns of {file} are still open. Answer them first.",
    "mapping.does_not_fit": "{file} no longer has the columns that were confirmed: in row {row}, column "
    "{column} is “{found}” and not “{expected}”. Confirm the columns anew.",
    "mapping.nothing_to_map": "{file} has neither months across or down nor dates beside numbers. Use the template.",
    "mapping.no_quantity": "No column holds quantities. Say which one does.",
    "mapping.no_site": "Which site do these columns belong to: {columns}?",
    "mapping.no_resource": "Which resource do these columns hold: {columns}?",
    "mapping.no_unit": "In which unit are these columns: {columns}?",
    "mapping.no_month": "Which month do these columns belong to: {columns}?",
    "mapping.no_year": "Which year do these months belong to: {columns}?",
}
