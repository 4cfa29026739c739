"""Who may come to which address: one line per endpoint, written by hand, so that a slip in urls.py is seen here."""

ANYONE = "anyone"
"""Open without sign-in; says nothing of any tenant."""

POLICY: dict[str, str] = {
    "static": ANYONE,
    "htmx.static": ANYONE,
    "health.process": ANYONE,
    "health.ready": ANYONE,
    # accounts
    "accounts.sign_in": ANYONE,
    "accounts.sign_out": ANYONE,
    "accounts.ask_reset": ANYONE,
    "accounts.reset": ANYONE,
    "accounts.accept_invitation": ANYONE,
    "accounts.set_up": ANYONE,
    "account.show": "view",
    "account.change": "view",
    "account.change_password": "view",
    "account.change_place": "view",
    "account.end_session": "view",
    "people.index": "manage_people",
    "people.invite": "manage_people",
    "people.withdraw": "manage_people",
    "people.change": "manage_people",
    "people.remove": "manage_people",
    "people.disable": "manage_people",
    "people.enable": "manage_people",
    "organisations.index": "administer",
    "organisations.new": "administer",
    "organisations.edit": "administer",
    "organisations.archive": "administer",
    "organisations.restore": "administer",
    "shares.index": "administer",
    "shares.create": "administer",
    "shares.revoke": "administer",
    "administration.show": "administer",
    "administration.modules": "administer",
    "administration.retry_mail": "administer",
    "administration.remove_demonstration": "administer",
    # sites
    "sites.index": "view",
    "sites.new": "edit_sites",
    "sites.about": "view",
    "sites.edit": "edit_sites",
    "sites.archive": "edit_sites",
    "sites.restore": "edit_sites",
    "sites.photo": "view",
    "sites.change_photo": "edit_sites",
    "sites.remove_photo": "edit_sites",
    "sites.add_attribute": "edit_sites",
    "sites.edit_attribute": "edit_sites",
    "sites.remove_attribute": "edit_sites",
    "meters.new": "edit_sites",
    "meters.show": "view",
    "meters.edit": "edit_sites",
    "meters.archive": "edit_sites",
    "meters.restore": "edit_sites",
    "meters.add_device": "edit_sites",
    "meters.edit_device": "edit_sites",
    "meters.remove_device": "edit_sites",
    "meters.add_share": "edit_sites",
    "meters.end_share": "edit_sites",
    "meters.remove_share": "edit_sites",
    # readings
    "contributions.show": ANYONE,
    "contributions.record": ANYONE,
    "contributions.bill": ANYONE,
    "month.show": "view",
    "month.save": "record_readings",
    "month.enter": "record_readings",
    "month.undo": "record_readings",
    "readings.show": "view",
    "readings.change": "record_readings",
    "readings.delete": "record_readings",
    "readings.month_of_meter": "view",
    "imports.index": "view",
    "imports.upload": "import",
    "imports.template": "view",
    "imports.show": "view",
    "imports.progress": "view",
    "imports.columns": "import",
    "imports.confirm": "import",
    "imports.cancel": "import",
    "imports.undo": "import",
    # savings
    # reports
    "reports.index": "view",
    "reports.portfolio": "view",
    "reports.site": "view",
    # savings
    "home.show": "view",
    "sites.show": "view",
    "sites.charts": "view",
    "savings.index": "view",
    "savings.refresh": "view",
    "baselines.index": "view",
    "baselines.propose": "set_baseline",
    "baselines.show": "view",
    "baselines.adopt": "set_baseline",
    "baselines.discard": "set_baseline",
}

OWN_PART = frozenset({"reports.portfolio"})
"""Its argument names no row: everybody gets a report of what they may see themselves."""

OWN_TOKEN = frozenset(
    {
        *("accounts.reset", "accounts.accept_invitation", "accounts.set_up"),
        *("contributions.show", "contributions.record", "contributions.bill"),
    }
)
"""Open to whoever holds a secret: without it they answer 404 to everybody, signed in or not."""
