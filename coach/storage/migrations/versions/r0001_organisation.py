"""Organisations, circles, cycles, objectives, projects, links."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("mission", sa.Text(), nullable=True),
        sa.Column("vision", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_table(
        "circles",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("parent", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("accountabilities", sa.JSON(), nullable=False),
        sa.Column("checklists", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_circles_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_circles")),
    )
    op.create_index("ix_circles_kind", "circles", ["organisation_id", "kind"], unique=False)
    op.create_table(
        "cycles",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("parent", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_cycles_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_cycles")),
    )
    op.create_table(
        "links",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("from_id", sa.String(length=200), nullable=False),
        sa.Column("to_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.Column("shorthand", sa.Boolean(), nullable=False),
        sa.Column("stated", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_links_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "from_id", "to_id", name=op.f("pk_links")),
    )
    op.create_index("ix_links_target", "links", ["organisation_id", "to_id"], unique=False)
    op.create_table(
        "objectives",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("circle", sa.String(length=200), nullable=True),
        sa.Column("cycle", sa.String(length=200), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("change", sa.String(length=20), nullable=True),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("external_system", sa.String(length=200), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("external_version", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_objectives_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_objectives")),
    )
    op.create_index("ix_objectives_circle", "objectives", ["organisation_id", "circle", "cycle"], unique=False)
    op.create_index("ix_objectives_cycle", "objectives", ["organisation_id", "cycle"], unique=False)
    op.create_index(
        "uq_objectives_external", "objectives", ["organisation_id", "external_system", "external_id"], unique=True
    )
    op.create_table(
        "projects",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("circle", sa.String(length=200), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("delivers", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("external_system", sa.String(length=200), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_projects_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_projects")),
    )
    op.create_index("ix_projects_circle", "projects", ["organisation_id", "circle"], unique=False)
    op.create_index(
        "uq_projects_external", "projects", ["organisation_id", "external_system", "external_id"], unique=True
    )
    op.create_table(
        "strategies",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("horizon", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_strategies_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "position", name=op.f("pk_strategies")),
    )
    op.create_table(
        "key_results",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("objective_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=True),
        sa.Column("baseline_by", sa.Date(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "objective_id"],
            ["objectives.organisation_id", "objectives.id"],
            name=op.f("fk_key_results_organisation_id_objective_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_key_results_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "objective_id", "position", name=op.f("pk_key_results")),
    )
    op.create_index("ix_key_results_id", "key_results", ["organisation_id", "id"], unique=False)
    op.create_table(
        "metrics",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("circle_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("current", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "circle_id"],
            ["circles.organisation_id", "circles.id"],
            name=op.f("fk_metrics_organisation_id_circle_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_metrics_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "circle_id", "position", name=op.f("pk_metrics")),
    )
    op.create_table(
        "measurements",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("objective_id", sa.String(length=200), nullable=False),
        sa.Column("key_result", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "objective_id", "key_result"],
            ["key_results.organisation_id", "key_results.objective_id", "key_results.position"],
            name=op.f("fk_measurements_organisation_id_objective_id_key_result"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_measurements_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "objective_id", "key_result", "position", name=op.f("pk_measurements")
        ),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("measurements")
    op.drop_table("metrics")
    op.drop_table("key_results")
    op.drop_table("strategies")
    op.drop_table("projects")
    op.drop_table("objectives")
    op.drop_table("links")
    op.drop_table("cycles")
    op.drop_table("circles")
    op.drop_table("organisations")
