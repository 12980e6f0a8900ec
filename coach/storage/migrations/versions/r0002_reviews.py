"""Reviews with findings, cycle reviews, what people said."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "comments",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=420), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_comments_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_comments")),
    )
    op.create_index("ix_comments_subject", "comments", ["organisation_id", "subject"], unique=False)
    op.create_table(
        "cycle_reviews",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("cycle", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("profile", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("reused", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_cycle_reviews_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_cycle_reviews")),
    )
    op.create_index(
        "ix_cycle_reviews_created_at", "cycle_reviews", ["organisation_id", "cycle", "created_at"], unique=False
    )
    op.create_index(
        "uq_cycle_reviews_under_way",
        "cycle_reviews",
        ["organisation_id", "cycle"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "dispositions",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_dispositions_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "fingerprint", name=op.f("pk_dispositions")),
    )
    op.create_table(
        "glossary",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("term", sa.String(length=200), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_glossary_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "language", "term", name=op.f("pk_glossary")),
    )
    op.create_table(
        "pair_verdicts",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("a", sa.String(length=200), nullable=False),
        sa.Column("b", sa.String(length=200), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_pair_verdicts_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "a", "b", name=op.f("pk_pair_verdicts")),
    )
    op.create_table(
        "profiles",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_profiles_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "name", name=op.f("pk_profiles")),
    )
    op.create_table(
        "reviews",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=420), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("rubric_version", sa.String(length=100), nullable=False),
        sa.Column("profile", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("source", sa.JSON(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("overall", sa.Integer(), nullable=True),
        sa.Column("circle", sa.String(length=200), nullable=True),
        sa.Column("cycle", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_reviews_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_created_at", "reviews", ["organisation_id", "created_at"], unique=False)
    op.create_index("ix_reviews_subject", "reviews", ["organisation_id", "subject", "number"], unique=False)
    op.create_table(
        "waivers",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_waivers_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "position", name=op.f("pk_waivers")),
    )
    op.create_table(
        "cycle_parts",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("cycle_review_id", sa.String(length=200), nullable=False),
        sa.Column("circle", sa.String(length=200), nullable=False),
        sa.Column("review_id", sa.String(length=200), nullable=False),
        sa.Column("reused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "cycle_review_id"],
            ["cycle_reviews.organisation_id", "cycle_reviews.id"],
            name=op.f("fk_cycle_parts_organisation_id_cycle_review_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "review_id"],
            ["reviews.organisation_id", "reviews.id"],
            name=op.f("fk_cycle_parts_organisation_id_review_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_cycle_parts_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "cycle_review_id", "circle", name=op.f("pk_cycle_parts")),
    )
    op.create_index("ix_cycle_parts_review", "cycle_parts", ["organisation_id", "review_id"], unique=False)
    op.create_table(
        "findings",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("review_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "review_id"],
            ["reviews.organisation_id", "reviews.id"],
            name=op.f("fk_findings_organisation_id_review_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_findings_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "review_id", "position", name=op.f("pk_findings")),
    )
    op.create_index("ix_findings_code", "findings", ["organisation_id", "code"], unique=False)
    op.create_index("ix_findings_fingerprint", "findings", ["organisation_id", "fingerprint"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("findings")
    op.drop_table("cycle_parts")
    op.drop_table("waivers")
    op.drop_table("reviews")
    op.drop_table("profiles")
    op.drop_table("pair_verdicts")
    op.drop_table("glossary")
    op.drop_table("dispositions")
    op.drop_table("cycle_reviews")
    op.drop_table("comments")
