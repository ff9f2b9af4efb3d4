"""The command line: a module for each command, named like it, whose `command` is imported when it is called.

What a command needs is imported inside it: help, completion and a mistyped option need none of it.
"""

from bank_churn.commands.base import HELP_NAMES, Commands

GROUPS = {
    "From an extract to a publication": ("demo", "check", "build", "run", "publish"),
    "What is published": (
        "export",
        "dashboard",
        "docs",
        "superset",
        "list",
        "diff",
        "mcp",
        "rollback",
        "verify",
        "erase",
    ),
    "Campaigns": ("plan-campaign",),
    "What a build rests on": ("new-portfolio", "train", "test-hypotheses"),
}
"""Names of the commands by the heading over them in the help."""

cli = Commands(
    name="bank_churn",
    groups=GROUPS,
    short_help="Churn analytics for a bank's marketing department.",
    context_settings=HELP_NAMES,
    no_args_is_help=False,
)
