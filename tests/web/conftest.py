"""Pages are tested with the fixtures of web_fixtures."""

from web_fixtures import application, client, counted, flask_app, in_database, of_tenant, settings, signed_in

__all__ = ["application", "client", "counted", "flask_app", "in_database", "of_tenant", "settings", "signed_in"]
