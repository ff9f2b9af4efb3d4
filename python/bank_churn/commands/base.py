"""Commands of click that speak the reader's language, and are loaded when they are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import click

from bank_churn.words.speech import said, sentence

HELP_NAMES = {"help_option_names": ["-h", "--help"]}
FOR_DBT = {"ignore_unknown_options": True, "allow_extra_args": True}


def declared(does: str, *, more: str = "", for_dbt: bool = False) -> Callable[[Callable[..., Any]], Command]:
    """Declare a command.

    Args:
        does: What it does, in a line; like every text of the help, with its Russian in `words/russian.toml`.
        more: What else its help says.
        for_dbt: Whether options that it does not know go to dbt; they are in the context's `args`.

    Returns:
        A decorator of the function that does it.
    """
    settings = FOR_DBT if for_dbt else None
    return click.command(cls=Command, short_help=does, help=more, context_settings=settings)


class Option(click.Option):
    """An option whose help is said in the reader's language; `{default}` in it stands for its default."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Write the names and the help."""
        record = super().get_help_record(ctx)
        return None if record is None else (record[0], help_of(self))


class Argument(click.Argument):
    """An argument with a help of its own."""

    def __init__(self, names: Sequence[str], *, help: str, **further: Any) -> None:  # noqa: ANN401
        """Remember the help."""
        super().__init__(names, **further)
        self.help = help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Write the name and the help."""
        return self.make_metavar(ctx), help_of(self)


def help_of(parameter: click.Parameter) -> str:
    """Say the help of a parameter with its default."""
    default = parameter.default() if callable(parameter.default) else parameter.default
    return said(getattr(parameter, "help", None) or "").replace("{default}", str(default))


class Command(click.Command):
    """A command whose help is said in the reader's language."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """Say what the command does, in a line."""
        return said(self.short_help or "")

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how it is called."""
        pieces = [said(piece) for piece in self.collect_usage_pieces(ctx)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"{said('Usage')}: ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what it does."""
        formatter.write_paragraph()
        with formatter.indentation():
            for text in (self.short_help, self.help):
                if text:
                    formatter.write_text(said(text))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write its options."""
        records = [parameter.get_help_record(ctx) for parameter in self.get_params(ctx)]
        with formatter.section(said("Options")):
            formatter.write_dl([record for record in records if record is not None])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give `--help` a help in the reader's language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = said("show this help")
        return option


class Commands(Command, click.Group):
    """Commands in groups, each in a module of its own that is imported when it is asked for."""

    def __init__(self, *, groups: dict[str, tuple[str, ...]], **further: Any) -> None:  # noqa: ANN401
        """Remember the names of the commands, by the heading over them."""
        super().__init__(**further)
        self.groups = groups

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names in the order of the help."""
        return [name for names in self.groups.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"bank_churn.commands.{cmd_name.replace('-', '_')}").command
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings, then the options."""
        width = max(map(len, self.list_commands(ctx)))
        for heading, names in self.groups.items():
            with formatter.section(said(heading)):
                rows = []
                for name in names:
                    command = self.get_command(ctx, name)
                    rows.append((name.ljust(width), command.get_short_help_str() if command else ""))
                formatter.write_dl(rows)
        super().format_options(ctx, formatter)


def usage_error(error: click.UsageError) -> str:
    """Say in a sentence what is wrong with a command line, and where its help is.

    Args:
        error: What click found.

    Returns:
        The sentence in the reader's language.
    """
    path = error.ctx.command_path if error.ctx else "bank_churn"
    told = sentence(" ".join(error.format_message().split()))
    return f"{told} {said('Help: {command}', command=f'{path} --help')}"
