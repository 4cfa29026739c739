"""Create sites, meters and the files and batches they come in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("path", name=op.f("uq_stored_file_path")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_stored_file_tenant_id_id")),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.Column("rows_done", sa.BigInteger(), nullable=False),
        sa.Column("rows_total", sa.BigInteger(), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('preview', 'running', 'done', 'refused', 'cancelled', 'interrupted', 'undone')",
            name=op.f("ck_import_batch_status"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_import_batch_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_import_batch_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_import_batch_tenant_id_id")),
    )
    op.create_table(
        "import_mapping",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_import_mapping_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_import_mapping_tenant_id_name")),
    )
    op.create_table(
        "weather_station",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weather_station")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_weather_station_tenant_id_code")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_weather_station_tenant_id_id")),
    )
    op.create_table(
        "weather_day",
        sa.Column("station_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mean_c", sa.Double(), nullable=True),
        sa.Column("rain_mm", sa.Double(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("mean_c > -100 AND mean_c < 70", name=op.f("ck_weather_day_mean_c")),
        sa.CheckConstraint("rain_mm >= 0 AND rain_mm < 3000", name=op.f("ck_weather_day_rain_mm")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "station_id"],
            ["weather_station.tenant_id", "weather_station.id"],
            name=op.f("fk_weather_day_tenant_id_station_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("station_id", "day", name=op.f("pk_weather_day")),
    )
    op.create_table(
        "site",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("fiscal_year_start_month", sa.Integer(), nullable=True),
        sa.Column("weather_station_id", sa.BigInteger(), nullable=True),
        sa.Column("services", JSON, nullable=False),
        sa.Column("photo_id", sa.BigInteger(), nullable=True),
        sa.Column("opened", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('building', 'hotel', 'plant', 'street_lighting', 'pumping_station', 'other')",
            name=op.f("ck_site_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_site_tenant_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "photo_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_site_tenant_id_photo_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "weather_station_id"],
            ["weather_station.tenant_id", "weather_station.id"],
            name=op.f("fk_site_tenant_id_weather_station_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("tenant_id", "external_id", name=op.f("uq_site_tenant_id_external_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_site_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_site_tenant_id_name")),
    )
    op.create_index("ix_site_organisation_id", "site", ["organisation_id"], unique=False)
    op.create_table(
        "site_attribute",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "attribute IN ('rooms', 'floor_area_m2', 'conditioned_area_m2', 'guest_area_m2', "
            "'meeting_area_m2', 'staff')",
            name=op.f("ck_site_attribute_attribute"),
        ),
        sa.CheckConstraint("value > -1e300 AND value < 1e300", name=op.f("ck_site_attribute_value_finite")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_site_attribute_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"],
            ["site.tenant_id", "site.id"],
            name=op.f("fk_site_attribute_tenant_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_attribute")),
        sa.UniqueConstraint("site_id", "attribute", "start", name=op.f("uq_site_attribute_site_id_attribute_start")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_site_attribute_tenant_id_id")),
    )
    op.create_table(
        "meter",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("variety", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("supply_point", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("calendar_mode", sa.Text(), nullable=False),
        sa.Column("reads_index", sa.Boolean(), nullable=False),
        sa.Column("opened", sa.Date(), nullable=True),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("basis IN ('', 'net', 'gross')", name=op.f("ck_meter_basis")),
        sa.CheckConstraint(
            "cadence IN ('monthly', 'bimonthly', 'quarterly', 'yearly', 'on_delivery')", name=op.f("ck_meter_cadence")
        ),
        sa.CheckConstraint(
            "calendar_mode IN ('pro_rata', 'whole_month', 'between_deliveries')", name=op.f("ck_meter_calendar_mode")
        ),
        sa.CheckConstraint("direction IN ('import', 'export', 'generated')", name=op.f("ck_meter_direction")),
        sa.CheckConstraint(
            "resource IN ('electricity', 'natural_gas', 'lpg', 'diesel', 'fuel_oil', 'gasoline', "
            "'kerosene', 'wood', 'charcoal', 'bagasse', 'solar_pv', 'steam', 'chilled_water', "
            "'hot_water', 'district_heat', 'water', 'wastewater', 'waste', 'material', "
            "'refrigerant')",
            name=op.f("ck_meter_resource"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"], ["meter.tenant_id", "meter.id"], name=op.f("fk_meter_tenant_id_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"], ["site.tenant_id", "site.id"], name=op.f("fk_meter_tenant_id_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_meter_tenant_id_id")),
        sa.UniqueConstraint(
            "tenant_id", "site_id", "name", "resource", "variety", "destination", "direction", name="uq_meter_identity"
        ),
    )
    op.create_index("ix_meter_site_id", "meter", ["site_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", KEY, nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("multiplier", sa.Double(), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("installed", sa.Date(), nullable=True),
        sa.Column("install_index", sa.Double(), nullable=True),
        sa.Column("removed", sa.Date(), nullable=True),
        sa.Column("removal_index", sa.Double(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("digits BETWEEN 1 AND 15", name=op.f("ck_device_digits")),
        sa.CheckConstraint("multiplier > -1e300 AND multiplier < 1e300", name=op.f("ck_device_multiplier_finite")),
        sa.CheckConstraint("multiplier > 0", name=op.f("ck_device_multiplier_positive")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meter_id"],
            ["meter.tenant_id", "meter.id"],
            name=op.f("fk_device_tenant_id_meter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_device_tenant_id_id")),
    )
    op.create_table(
        "meter_share",
        sa.Column("id", KEY, nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("fraction", sa.Double(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("fraction > 0 AND fraction <= 1", name=op.f("ck_meter_share_fraction")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meter_id"],
            ["meter.tenant_id", "meter.id"],
            name=op.f("fk_meter_share_tenant_id_meter_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"],
            ["site.tenant_id", "site.id"],
            name=op.f("fk_meter_share_tenant_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter_share")),
        sa.UniqueConstraint("meter_id", "site_id", "start", name=op.f("uq_meter_share_meter_id_site_id_start")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_meter_share_tenant_id_id")),
    )
    op.create_table(
        "share",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("grantee_id", KEY, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", KEY, nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "role IN ('administrator', 'manager', 'committee', 'auditor', 'viewer', 'contributor', 'lender', 'donor')",
            name=op.f("ck_share_role"),
        ),
        sa.CheckConstraint("(organisation_id IS NULL) <> (site_id IS NULL)", name=op.f("ck_share_one_thing")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_share_created_by")),
        sa.ForeignKeyConstraint(
            ["grantee_id"], ["organisation.id"], name=op.f("fk_share_grantee_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_share_tenant_id_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"],
            ["site.tenant_id", "site.id"],
            name=op.f("fk_share_tenant_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
    )


def downgrade() -> None:
    op.drop_table("share")
    op.drop_table("meter_share")
    op.drop_table("device")
    op.drop_table("meter")
    op.drop_table("site_attribute")
    op.drop_table("site")
    op.drop_table("weather_day")
    op.drop_table("weather_station")
    op.drop_table("import_mapping")
    op.drop_table("import_batch")
    op.drop_table("stored_file")
