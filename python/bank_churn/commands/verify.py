"""The command `bank_churn verify`."""

from pathlib import Path

from bank_churn.commands.base import declared
from bank_churn.commands.options import output
from bank_churn.errors import BankChurnError


@declared("compare every file in place and every kept one with its manifest")
@output
def command(output: Path) -> None:
    """Compare files with their manifests."""
    from bank_churn.publishing.history import verify

    whole, wrong = verify(output)
    print("\n".join(whole))
    if wrong:
        raise BankChurnError(f"Not what was published: {'; '.join(wrong)}.")
