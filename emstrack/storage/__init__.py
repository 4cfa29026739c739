"""SQLAlchemy: types, tables, queries, session, scope, migrate. Stores and finds; decides nothing."""
