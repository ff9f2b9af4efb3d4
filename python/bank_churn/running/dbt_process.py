"""dbt's own command line, with less work beside the work, that ends with the command it is part of.

dbt keeps its manifest, half a million objects, from start to end. Looking through them for garbage as often
as Python does by default takes a tenth of a small build and frees next to nothing. Each of its nine thousand
events it writes as JSON and only then drops those that nobody asked for, and it looks through the whole
environment for secrets before each line: together another tenth.
"""

from functools import cache

from bank_churn.running.lifetime import end_with_command
from bank_churn.tools.garbage import look_seldom

LEVELS = {"test": 10, "debug": 10, "info": 20, "warn": 30, "error": 40}


def say_less() -> None:
    """Let dbt write out only the lines that are read, and look for secrets in the environment once."""
    from dbt_common.events import functions, logger
    from dbt_common.events.base_types import EventMsg
    from dbt_common.exceptions import base

    write_line = logger._Logger.write_line

    def write_what_is_read(self: logger._Logger, msg: EventMsg) -> None:
        reader, is_asked_for = self._python_logger, logger._is_print_event(msg)
        if reader is None or is_asked_for or reader.isEnabledFor(LEVELS.get(msg.info.level, 40)):
            write_line(self, msg)

    logger._Logger.write_line = write_what_is_read  # type: ignore[method-assign]
    base.env_secrets = cache(base.env_secrets)
    functions.env_secrets = base.env_secrets  # type: ignore[attr-defined]


if __name__ == "__main__":
    end_with_command()
    from dbt.cli.main import cli

    look_seldom()
    say_less()
    cli(prog_name="dbt")
