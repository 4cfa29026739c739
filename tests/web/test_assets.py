"""Static files that browsers may keep for a year."""

import re

from flask import Flask
from flask.testing import FlaskClient


def test_an_address_changes_with_the_content(flask_app: Flask, client: FlaskClient) -> None:
    page = client.get("/no-such-page").text
    for name in ("emstrack.css", "emstrack.js", "htmx.min.js"):
        address = re.search(rf'"([^"]*{re.escape(name)}\?v=[0-9a-f]{{10}})"', page)
        assert address is not None, name
        with client.get(address[1]) as answer:
            assert answer.status_code == 200


def test_a_file_that_is_not_there_has_no_version(flask_app: Flask) -> None:
    with flask_app.test_request_context():
        assert flask_app.url_for("static", filename="gone.css") == "/static/gone.css"
