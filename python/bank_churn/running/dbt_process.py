"""dbt's own command line, with fewer garbage collections, that ends with the command it is part of.

dbt keeps its manifest, half a million objects, from start to end. Looking through them for garbage as often
as Python does by default takes a tenth of a small build and frees next to nothing.
"""

import gc

from bank_churn.running.lifetime import end_with_command

if __name__ == "__main__":
    end_with_command()
    from dbt.cli.main import cli

    gc.set_threshold(100_000, 20, 50)
    cli(prog_name="dbt")
