"""What a person sees when something is not there."""

from flask.testing import FlaskClient


def test_the_process_says_it_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_it_is_ready_once_the_database_answers(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["database"] is True


def test_an_unknown_page_is_a_page_and_not_a_trace(client: FlaskClient) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "<html lang=" in answer.text
    assert "Traceback" not in answer.text
