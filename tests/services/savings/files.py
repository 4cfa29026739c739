"""The worked hotel as files, for services and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.analysis import worked_hotel as w

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "site,meter,resource,month,quantity,unit,cost,currency"


def readings_csv(folder: Path, extra: tuple[str, ...] = (), site: str = "Hotel Sol") -> Path:
    path = folder / "readings.csv"
    rows = [
        f"{site},M1,electricity,{month},{kwh},kWh,{kwh * w.PRICE:.2f},USD"
        for month, kwh in zip(w.MONTHS.astype(str), w.KWH, strict=True)
    ]
    path.write_text("\n".join([HEAD, *rows, *extra]) + "\n", encoding="utf-8")
    return path


def drivers_csv(folder: Path) -> Path:
    path = folder / "drivers.csv"
    rows = []
    for month, nights, cdd, days in zip(w.MONTHS.astype(str), w.ROOM_NIGHTS, w.CDD_PER_DAY, w.DAYS, strict=True):
        rows += [f"hotel sol,room nights,{month},{nights}", f"Hotel Sol,cdd,{month},{cdd * days}"]
    path.write_text("\n".join(["site,driver,month,value", *rows]) + "\n", encoding="utf-8")
    return path


def sites_csv(folder: Path) -> Path:
    path = folder / "sites.csv"
    path.write_text("site,kind,rooms,floor_area_m2,country\nHotel Sol,hotel,120,6000,JM\n", encoding="utf-8")
    return path
