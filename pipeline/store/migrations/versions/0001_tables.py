"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scorer",
        sa.Column("scorer_id", sa.String(length=128), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("scorer_id", name=op.f("pk_scorer")),
    )
    op.create_table(
        "run",
        sa.Column("run_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", sa.BigInteger(), nullable=True),
        sa.Column("scorer_id", sa.String(length=128), nullable=False),
        sa.Column("n_articles_new", sa.Integer(), server_default="0", nullable=False),
        sa.Column("n_signals_new", sa.Integer(), server_default="0", nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["scorer_id"], ["scorer.scorer_id"], name=op.f("fk_run_scorer_id_scorer")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run")),
    )
    op.create_table(
        "activation",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scorer_id", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_activation_run_id_run")),
        sa.ForeignKeyConstraint(
            ["scorer_id"], ["scorer.scorer_id"], name=op.f("fk_activation_scorer_id_scorer")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_activation")),
    )
    op.create_table(
        "article",
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("date_source", sa.String(length=16), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_ref", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_article_run_id_run")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_article_day"), "article", ["day"], unique=False)
    op.create_index(op.f("ix_article_run_id"), "article", ["run_id"], unique=False)
    op.create_index(
        op.f("ix_article_source_run_id_published_at"),
        "article",
        ["source", "run_id", "published_at"],
        unique=False,
    )
    op.create_table(
        "article_text",
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.article_id"], name=op.f("fk_article_text_article_id_article")
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article_text")),
    )
    op.create_table(
        "evidence",
        sa.Column("scorer_id", sa.String(length=128), nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("sentence_index", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("cue", sa.Text(), nullable=False),
        sa.Column("cue_spans", sa.JSON(), nullable=False),
        sa.Column("source_span", sa.JSON(), nullable=False),
        sa.Column("target_span", sa.JSON(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("source_label", sa.Text(), nullable=False),
        sa.Column("target_label", sa.Text(), nullable=False),
        sa.Column("event_day", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.article_id"], name=op.f("fk_evidence_article_id_article")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_evidence_run_id_run")),
        sa.ForeignKeyConstraint(
            ["scorer_id"], ["scorer.scorer_id"], name=op.f("fk_evidence_scorer_id_scorer")
        ),
        sa.PrimaryKeyConstraint("scorer_id", "article_id", "seq", name=op.f("pk_evidence")),
    )
    op.create_table(
        "scored",
        sa.Column("scorer_id", sa.String(length=128), nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("n_signals", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.article_id"], name=op.f("fk_scored_article_id_article")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_scored_run_id_run")),
        sa.ForeignKeyConstraint(
            ["scorer_id"], ["scorer.scorer_id"], name=op.f("fk_scored_scorer_id_scorer")
        ),
        sa.PrimaryKeyConstraint("scorer_id", "article_id", name=op.f("pk_scored")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_scored_scorer_id_day_run_id"),
        "scored",
        ["scorer_id", "day", "run_id"],
        unique=False,
    )
    op.create_table(
        "signal",
        sa.Column("scorer_id", sa.String(length=128), nullable=False),
        sa.Column("pair", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("root", sa.String(length=16), nullable=False),
        sa.Column("theme", sa.String(length=64), nullable=False),
        sa.Column("polarity", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attribution", sa.String(length=16), nullable=False),
        sa.Column("intensity", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.article_id"], name=op.f("fk_signal_article_id_article")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_signal_run_id_run")),
        sa.ForeignKeyConstraint(
            ["scorer_id"], ["scorer.scorer_id"], name=op.f("fk_signal_scorer_id_scorer")
        ),
        sa.PrimaryKeyConstraint(
            "scorer_id", "pair", "day", "article_id", "seq", name=op.f("pk_signal")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_signal_by_day",
        "signal",
        [
            "scorer_id",
            "day",
            "pair",
            "run_id",
            "source",
            "target",
            "direction",
            "root",
            "theme",
            "polarity",
            "status",
            "attribution",
            "intensity",
            "confidence",
            "outlet",
            "illustrative",
        ],
        unique=False,
    )
    op.create_table(
        "story_member",
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.article_id"], name=op.f("fk_story_member_article_id_article")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.run_id"], name=op.f("fk_story_member_run_id_run")
        ),
        sa.PrimaryKeyConstraint("article_id", "run_id", name=op.f("pk_story_member")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_story_member_story_id_run_id_article_id"),
        "story_member",
        ["story_id", "run_id", "article_id"],
        unique=False,
    )
