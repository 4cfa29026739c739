"""Weather services, asked on this machine: what they answer is taken, what they do wrong is a sentence."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from weather_stub import Addresses, Stub, weather_stub

from emstrack.domain.errors import RefusedError, UnavailableError
from emstrack.gateways.weather_services import NasaPower, OpenMeteo, find_service, services_of

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST, LAST = date(2024, 1, 30), date(2024, 2, 1)


@pytest.fixture(scope="module")
def serving() -> Iterator[Stub]:
    with weather_stub() as stub:
        yield stub


@pytest.fixture
def stub(serving: Stub) -> Iterator[Stub]:
    serving.asked.clear()
    yield serving
    serving.misbehaves = ""


def test_open_meteo_is_asked_for_days_and_believed_where_they_can_be(stub: Stub) -> None:
    found = OpenMeteo(stub.url, 5).fetch(18.47, -77.92, FIRST, LAST)
    assert found.days == (
        (date(2024, 1, 30), 25.1, 1.5),
        (date(2024, 1, 31), None, 1.5),
        (date(2024, 2, 1), 25.2, 1.5),
    )
    assert (found.latitude, found.longitude, found.elevation_m) == (18.5, -77.9, 8)
    asked = stub.asked[0]
    assert (asked["latitude"], asked["start_date"], asked["end_date"]) == ("18.4700", "2024-01-30", "2024-02-01")
    assert asked["daily"] == "temperature_2m_mean,precipitation_sum"


def test_nasa_power_is_asked_for_days_and_its_fill_value_is_missing(stub: Stub) -> None:
    found = NasaPower(stub.url, 5).fetch(18.47, -77.92, FIRST, LAST)
    assert [mean for _, mean, _ in found.days] == [26.25, None, 26.25]
    assert (found.latitude, found.longitude, found.elevation_m) == (18.5, -77.9, 12.5)
    assert (stub.asked[0]["start"], stub.asked[0]["parameters"]) == ("20240130", "T2M,PRECTOTCORR")


@pytest.mark.parametrize("service", [OpenMeteo, NasaPower])
@pytest.mark.parametrize(
    ("misbehaves", "code"),
    [
        ("refuses", "weather_service.refused"),
        ("nonsense", "weather_service.not_understood"),
        ("other shape", "weather_service.not_understood"),
        ("too much", "weather_service.too_large"),
        ("sleeps", "weather_service.too_slow"),
        ("leads elsewhere", "weather_service.refused"),
    ],
)
def test_what_a_service_does_wrong_is_a_sentence(
    stub: Stub, service: type[OpenMeteo] | type[NasaPower], misbehaves: str, code: str
) -> None:
    stub.misbehaves = misbehaves
    with pytest.raises(UnavailableError) as told:
        service(stub.url, 0.3 if misbehaves == "sleeps" else 5).fetch(18.47, -77.92, FIRST, LAST)
    assert told.value.code == code
    assert len(stub.asked) == 1  # nobody was led elsewhere
    if misbehaves == "refuses":
        assert "range of -90 to 90" in str(told.value.evidence["reason"])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_no_internet_is_a_sentence_and_only_the_web_is_asked(url: str) -> None:
    with pytest.raises(UnavailableError) as told:
        OpenMeteo(url, 2).fetch(18.47, -77.92, FIRST, LAST)
    assert told.value.code == "weather_service.no_connection"


def test_only_the_services_that_the_operator_allows_are_there() -> None:
    assert list(services_of(Addresses())) == ["open_meteo", "nasa_power"]
    assert list(services_of(Addresses(weather_services="nasa_power"))) == ["nasa_power"]
    with pytest.raises(RefusedError) as refused:
        find_service(Addresses(weather_services=""), "open_meteo")
    assert refused.value.code == "weather_service.off"
    with pytest.raises(RefusedError) as refused:
        find_service(Addresses(), "weather_of_my_aunt")
    assert refused.value.code == "weather_service.unknown"
