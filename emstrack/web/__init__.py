"""The pages: urls (the whole site on one screen), views, forms, presenters, static files."""
