"""A WTForms class per page of input."""
