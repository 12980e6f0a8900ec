"""What Alembic runs: the connection comes from the caller, so that everything is one transaction."""

from alembic import context

from coach.storage.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
