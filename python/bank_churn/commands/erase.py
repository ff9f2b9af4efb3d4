"""The command `bank_churn erase`."""

import click

from bank_churn.commands.base import Argument, declared
from bank_churn.commands.options import places
from bank_churn.tools.places import Places
from bank_churn.words.speech import said


@declared("erase one client from everything that is kept")
@click.argument("portfolio", cls=Argument, metavar="PORTFOLIO", help="code of the portfolio")
@click.argument("client_id", cls=Argument, metavar="CLIENT_ID", help="the bank's id of the client")
@places
def command(portfolio: str, client_id: str, places: Places) -> None:
    """Erase one client."""
    from bank_churn.erasing.erase import erase

    path, receipt = erase(places, portfolio=portfolio, client_id=client_id)
    for place, done in receipt.erased.items():
        print(f"{place}: {said(done)}")
    if receipt.extracts:
        print(said("The bank's extracts still hold the client: {files}", files=", ".join(receipt.extracts)))
    print(said("Receipt: {path}", path=path))
