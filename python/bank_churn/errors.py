"""The exceptions that are shown to a user as a sentence."""


class BankChurnError(Exception):
    """Something a user can put right; its text says what and how, and no traceback is shown."""

    exit_code = 1


class InputError(BankChurnError):
    """An extract, a path or a setting that cannot be used: nothing was begun."""

    exit_code = 2
