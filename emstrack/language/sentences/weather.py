"""Weather: its files, its stations, the services that are asked for it."""

SENTENCES: dict[str, str] = {
    # files
    "file.is_weather": "{file} is a weather file. Import it as weather, or leave open what it holds.",
    "file.not_that_weather": "{file} is no weather file of the format {format}. Leave the format out; the columns "
    "say so.",
    "file.not_daily_weather": "{file} is a typical year or holds monthly means: it cannot stand for the days of the"
    " periods. Give temperatures as measured, by the day or the hour.",
    "file.epw_damaged": "{file} begins like an EPW weather file, but its place or its hours cannot be read. "
    "Download it again, whole.",
    "epw.not_an_hour": "This line is no hour of an EPW file. It was left out.",
    "epw.hour_damaged": "The date or the temperature of this hour cannot be right. It was left out.",
    "epw.typical_year": "This is a typical year, put together from {first} to {last} and kept as {station}. It "
    "serves for normalised savings and never stands for measured days.",
    "epw.typical_year_incomplete": "Only {days} of the {of} days of this typical year have a temperature. The "
    "others stay empty; look for a complete file.",
    "place.half": "Latitude and longitude belong together. Give both, or neither.",
    "place.not_on_earth": "“{name}” lies between {least} and {most} (degrees, or metres for an elevation). Use a "
    "minus for south and west.",
    "rain.negative": "Rain cannot be negative. Leave the cell empty where it is not known.",
    "source.unknown": "This source of weather is not known. Leave the cell empty, or use one of: {known}.",
    "weather.more_thin_days": "{count} more days have fewer than {least} hours. They count as missing.",
    "weather.days_missing": "Station {station}: {days} days between {first} and {last} have no temperature. The "
    "longest gap has {longest} days and begins on {begins}. Periods that touch a gap may be left out of a baseline.",
    "import.station_other_kind": "“{station}” is there already with values of another kind: measured days, a "
    "typical year and monthly means are never mixed. Give this file another station name.",
    "undo.weather_typical_day_changed": "Day {day} of the typical year was changed since, and stays as it is.",
    "undo.weather_month_changed": "The weather of the month {day} was changed since, and stays as it is.",
    "undo.weather_station_changed": "The station “{name}” was changed since, and stays as it is.",
    # stations
    "station.far": "The station “{station}” is {km} km away. Beyond {limit} km the weather may be another one; look"
    " for a nearer station, or get weather for this place.",
    "station.none_near": "No station within {limit} km knows this place’s weather. Get weather for this place, or "
    "bring a file.",
    "station.stands_lower": "The station “{station}” stands {metres} m lower than the site: expect it to be about "
    "{degrees} °C warmer there. A station at the site’s elevation is better.",
    "station.stands_higher": "The station “{station}” stands {metres} m higher than the site: expect it to be about"
    " {degrees} °C colder there. A station at the site’s elevation is better.",
    "station.little_coverage": "The station “{station}” knows {percent} of the days the site has readings of. "
    "Complete its weather, or choose another.",
    "station.nearer": "“{station}” is nearer ({km} km) and knows at least as many days. Look whether to change.",
    "station.only_months": "“{station}” holds monthly means only: models use the mean of each period, not degree-days.",
    "station.is_typical_year": "“{station}” is a typical year. It serves for normalised savings; choose a station "
    "with measured days for the site.",
    "station.name_missing": "A station needs a name.",
    "station.in_use": "{count} sites use “{station}”. Give them another station first.",
    "station.few_years": "A typical year needs {least} years that know nine tenths of every month; “{station}” has "
    "fewer in: {months}. Bring more years, or an EPW file.",
    "station.typical_exists": "The typical year of “{station}” is there already. Remove it first to make it again.",
    "station.not_observed": "A typical year is made of measured days; “{station}” has none.",
    "months.nothing_pasted": "Nothing was pasted. Give a line per month, such as 2024-01 and its mean.",
    "months.line_unclear": "Line {row} (“{text}”) does not have a month and a temperature. Write it as 2024-01, a "
    "space or tab, and the mean, such as 23.4.",
    "site.elevation_unknown": "An elevation lies between {least} and {most} m above the sea.",
    # services
    "weather_service.off": "Asking weather services is switched off in this installation. Bring a file instead.",
    "weather_service.unknown": "There is no weather service “{service}”. Known: {known}.",
    "weather_service.no_connection": "{service} did not answer: there is no internet here, or it is down. Nothing "
    "was changed; try again later, or bring a file.",
    "weather_service.too_slow": "{service} took longer than {seconds} s to answer. Nothing was changed; try again "
    "later, or ask for fewer years.",
    "weather_service.refused": "{service} did not give the weather (answer {status}): {reason}. Nothing was changed.",
    "weather_service.not_understood": "{service} answered something that is no weather. Nothing was changed; tell "
    "whoever looks after this installation.",
    "weather_service.too_large": "{service} sent more than {megabytes} MB. Nothing was changed; ask for fewer years.",
    "weather_service.nothing": "{service} has no temperature for this place between {first} and {last}.",
    "site.no_place": "Where “{site}” stands is not known. Enter its latitude and longitude first.",
    "weather.years_unclear": "Ask for whole years from {earliest} on, the first not after the last.",
}
