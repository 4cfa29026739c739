"""A year in the width of a word."""

from emstrack.charts.sparkline import HEIGHT, WIDTH, sparkline


def test_it_starts_at_zero_and_ends_at_the_last_value() -> None:
    line = sparkline([0.0, 10.0], "up")
    assert line.lines == ("M3,25L109,3",)
    assert line.last == (109.0, 3.0)
    assert line.description == "up"


def test_a_missing_value_breaks_the_line() -> None:
    assert len(sparkline([1.0, 2.0, None, 3.0, 4.0], "").lines) == 2


def test_a_lone_value_is_a_dot() -> None:
    assert sparkline([5.0], "").lines == ("M3,3h.01",)


def test_negative_values_stay_inside() -> None:
    line = sparkline([-5.0, 0.0, 5.0], "")
    assert line.lines == ("M3,25L56,14L109,3",)
    assert line.last is not None
    assert line.last[0] <= WIDTH
    assert line.last[1] <= HEIGHT


def test_all_zeros_lie_on_the_floor() -> None:
    assert sparkline([0.0, 0.0], "").lines == ("M3,25L109,25",)


def test_no_values_draw_nothing() -> None:
    assert sparkline([None, None], "none").lines == ()
    assert sparkline([], "none").last is None
