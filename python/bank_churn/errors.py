"""The one exception that is shown to a user as a sentence."""


class BankChurnError(Exception):
    """Something a user can put right; its text says what and how, and no traceback is shown."""
