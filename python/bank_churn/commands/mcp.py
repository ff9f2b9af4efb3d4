"""The command `bank_churn mcp`."""

from pathlib import Path

from bank_churn.commands.base import declared
from bank_churn.commands.options import published


@declared("let an assistant ask what is published for everyone, by the Model Context Protocol")
@published
def command(published: Path) -> None:
    """Answer an assistant."""
    from bank_churn.exports.assistants import serve

    serve(published)
