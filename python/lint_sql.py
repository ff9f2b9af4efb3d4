"""sqlfluff's own command line that looks for garbage seldom.

A file's tree of words lives until the file is done. Looking through it for garbage as often as Python does by
default takes a third of the time.
"""

import gc

from sqlfluff.cli.commands import cli

# At import, not below: sqlfluff's other processes import this file under another name.
gc.set_threshold(3_000_000, 1, 1)

if __name__ == "__main__":
    cli()
