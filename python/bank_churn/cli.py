"""The command `bank_churn`: commands, and how they end."""

from __future__ import annotations

import os
import signal
import sys

import click
from click.shell_completion import shell_complete

from bank_churn.commands import cli
from bank_churn.commands.base import usage_error
from bank_churn.errors import BankChurnError, InputError
from bank_churn.tools.garbage import look_seldom
from bank_churn.tools.screen import screen
from bank_churn.words.language import LANGUAGES, VARIABLE
from bank_churn.words.safe_text import shown
from bank_churn.words.speech import said, sentence

STOPPING = (signal.SIGINT, signal.SIGTERM)
FAILED, USAGE, INTERRUPTED = 1, 2, 130
PROGRAM = "bank_churn"


def sentence_of(error: Exception) -> str:
    """Put an error into one line, in the reader's language, that shows whatever it names as it is."""
    if isinstance(error, OSError) and error.filename is not None:
        return shown(f"{error.filename}: {error.strerror}.")
    return shown(sentence(" ".join(str(error).split("\n"))))


def interrupt(number: int, _frame: object) -> None:
    """End by a signal as by a press of Ctrl-C; further ones wait until what was begun is put away."""
    for one in STOPPING:
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt(number)


def stopped() -> int:
    """Say that a command was stopped, and return the exit code for it."""
    tell(said("stopped; what is published is whole, and is as it was or new."))
    return INTERRUPTED


def tell(text: str) -> None:
    """Say a sentence last: after the warnings, on standard error, whose it is in front."""
    screen.end()
    screen.event(event="failed", text=text)
    told = f"bank_churn: {text}"
    print(screen.folded(told) if sys.stderr.isatty() else told, file=sys.stderr)


def complete() -> None:
    """Tell the shell what a begun command line may go on with, if it asks."""
    variable = f"_{PROGRAM.upper()}_COMPLETE"
    if asked := os.environ.get(variable):
        sys.exit(shell_complete(cli, {}, PROGRAM, variable, asked))


def check_languages() -> None:
    """Make sure that the languages asked for are there."""
    for name in (VARIABLE, "DOCS_LANGUAGE"):
        if os.environ.get(name, "ru") not in LANGUAGES:
            raise InputError(f"{name} is {os.environ[name]}; it must be ru or en.")


def main() -> int:
    """Run the command line; a user's mistake is one sentence on standard error, never a traceback.

    Returns:
        Exit code: 0 when done, 1 when not, 2 for a wrong command line or what cannot be read, 130 when
        stopped; `check` has its own, see its help.
    """
    look_seldom()
    for one in STOPPING:
        if signal.getsignal(one) is not signal.SIG_IGN:  # how a shell keeps Ctrl-C from what it put aside
            signal.signal(one, interrupt)
    try:
        check_languages()
        complete()
        with cli.make_context(
            PROGRAM, sys.argv[1:]
        ) as context:  # click's own main prints a line when it is stopped
            cli.invoke(context)
        screen.end()
        return 0
    except click.exceptions.Exit as ending:
        screen.end()
        return ending.exit_code
    except click.UsageError as error:
        tell(usage_error(error))
        return USAGE
    except KeyboardInterrupt:
        return stopped()
    except RuntimeError as error:
        if not isinstance(error.__cause__, KeyboardInterrupt):  # which is how DuckDB passes it on
            raise
        return stopped()
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (BankChurnError, ValueError, OSError) as error:
        tell(sentence_of(error))
        return error.exit_code if isinstance(error, BankChurnError) else FAILED


if __name__ == "__main__":
    sys.exit(main())
