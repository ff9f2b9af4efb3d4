"""The command `bank_churn rollback`."""

from pathlib import Path

from bank_churn.commands.base import declared
from bank_churn.commands.options import option, output
from bank_churn.words.speech import said


@declared("put the publication before the current one back in place")
@option("--to", metavar="ID", help="that publication instead")
@option("--list", "is_listing", is_flag=True, help="only show which publications are kept")
@output
def command(to: str | None, is_listing: bool, output: Path) -> None:
    """Put an earlier publication back in place, or list them."""
    from bank_churn.publishing.history import list_publications, rollback

    if is_listing:
        print("\n".join(list_publications(output)) or said("No publication is kept."))
        return
    print(said("Back in place: publication {number}", number=rollback(output=output, to=to)))
