"""The command `bank_churn`: from demo data, check and build to publications, documentation and the model."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Any

from bank_churn.commands.build import build, publish_and_export
from bank_churn.commands.check import UNREADABLE, check
from bank_churn.demo.generate import (
    DEFAULT_ROWS,
    DEFAULT_SEED,
    DEMO_FOLDER,
    DEMO_PORTFOLIOS,
    DemoPortfolio,
    demo_path,
    generate_demo,
)
from bank_churn.errors import BankChurnError
from bank_churn.exports.sheet_labels import Language
from bank_churn.exports.write import export
from bank_churn.publishing.history import list_publications, rollback, verify
from bank_churn.words.safe_text import shown

STOPPING = (signal.SIGINT, signal.SIGTERM)
ENGINES = ("duckdb", "spark", "spark_cluster")


def add_build_paths(parser: argparse.ArgumentParser) -> None:
    """Add the paths that `build` and `publish` share."""
    database = os.environ.get("BANK_CHURN_DATABASE", "data/build/bank_churn.duckdb")
    parser.add_argument(
        "--database", type=Path, default=Path(database), help="build database (default: %(default)s)"
    )
    parser.add_argument("--target-path", type=Path, default=Path("target"), help="dbt's target folder")
    add_output(parser)
    add_engine(parser)


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Add the choice of the engine, dbt's target."""
    parser.add_argument(
        "--target", choices=ENGINES, default="duckdb", help="the engine (default: %(default)s)"
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the folder of the published files."""
    published = os.environ.get("BANK_CHURN_PUBLISHED", "data/published")
    parser.add_argument(
        "--output", type=Path, default=Path(published), help="published files (default: %(default)s)"
    )


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add the choice of the readers' language."""
    language = os.environ.get("DOCS_LANGUAGE", "ru")
    parser.add_argument("--language", choices=("ru", "en"), default=language, help="default: %(default)s")


def readers_language() -> Language:
    """Take the readers' language from the environment, as dbt does.

    Returns:
        The language.
    """
    return "en" if os.environ.get("DOCS_LANGUAGE", "ru") == "en" else "ru"


def make_parser() -> argparse.ArgumentParser:
    """Describe the commands and their options.

    Returns:
        The parser of the command line.
    """
    parser = argparse.ArgumentParser(
        prog="bank_churn", description="Churn analytics for a bank's marketing department."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser(
        "demo", allow_abbrev=False, help="generate demo data in the layouts of the built-in portfolios"
    )
    demo.add_argument("--portfolio", choices=DEMO_PORTFOLIOS, help="only this one (default: all)")
    demo.add_argument(
        "--rows", type=int, default=DEFAULT_ROWS, help="rows per portfolio (default: %(default)s)"
    )
    demo.add_argument(
        "--seed",
        type=int,
        default=DEFAULT_SEED,
        help="the same seed gives the same rows (default: %(default)s)",
    )
    demo.add_argument("--format", choices=("csv", "parquet"), default="csv", help="default: %(default)s")
    demo.add_argument("--output", type=Path, default=DEMO_FOLDER, help="folder (default: %(default)s)")
    building = commands.add_parser(
        "build", allow_abbrev=False, help="build, test and publish; other options go to dbt"
    )
    checking = commands.add_parser(
        "check",
        allow_abbrev=False,
        help="read an extract without building anything; other options go to dbt",
        description="Exit code: 0 nothing to put right, 1 rejected rows or unknown cities, 2 not readable.",
    )
    checking.add_argument("file", metavar="FILE", help="an extract, or a glob of its parts")
    checking.add_argument("--portfolio", metavar="NAME", help="whose extract (default: told by its columns)")
    checking.add_argument("--show-rows", action="store_true", help="print rejected rows whole")
    checking.add_argument(
        "--database",
        type=Path,
        default=Path(os.environ.get("BANK_CHURN_DATABASE", "data/build/bank_churn.duckdb")),
        help="the check's temporary database stands beside it, and goes (default: %(default)s)",
    )
    add_language(checking)
    added = commands.add_parser(
        "new-portfolio",
        allow_abbrev=False,
        help="add a bank: its staging model and settings, guessed from an extract",
    )
    added.add_argument(
        "name",
        metavar="NAME",
        help="small Latin letters, digits and _; the extract's variable is <NAME>_CLIENTS",
    )
    added.add_argument(
        "--from", dest="file", metavar="FILE", required=True, help="an extract, or a glob of its parts"
    )
    added.add_argument("--label-ru", default="", help="what the bank is called in Russian (default: NAME)")
    added.add_argument("--label-en", default="", help="what the bank is called in English (default: NAME)")
    added.add_argument("--sheet", default="", help="sheet of a workbook (default: found)")
    added.add_argument("--header-row", type=int, help="row or line of the column names (default: found)")
    added.add_argument("--female", default="", help="what means a woman, where genders are numbers")
    publishing = commands.add_parser("publish", allow_abbrev=False, help="publish the last green build")
    for parser_ in (building, publishing):
        add_build_paths(parser_)
        parser_.add_argument(
            "--databases-only",
            action="store_true",
            help="no parquet files, workbooks and dashboard; those of an earlier publication go",
        )
    exports = commands.add_parser(
        "export", allow_abbrev=False, help="parquet files and Excel workbooks of what is published"
    )
    back = commands.add_parser(
        "rollback", allow_abbrev=False, help="put the publication before the current one back in place"
    )
    back.add_argument("--to", metavar="ID", help="that publication instead")
    back.add_argument("--list", action="store_true", help="only show which publications are kept")
    checks = commands.add_parser(
        "verify", allow_abbrev=False, help="compare every file in place and every kept one with its manifest"
    )
    for parser_ in (exports, back, checks):
        add_output(parser_)
    add_language(exports)
    docs = commands.add_parser(
        "docs", help="one static page of documentation, with what the last build found"
    )
    add_build_paths(docs)
    add_language(docs)
    superset = commands.add_parser(
        "superset", allow_abbrev=False, help="a dashboard of what is published, for Apache Superset to import"
    )
    superset.add_argument(
        "--output",
        type=Path,
        default=Path(os.environ.get("BANK_CHURN_PUBLISHED", "data/published")),
        help="folder of the published files (default: %(default)s)",
    )
    superset.add_argument(
        "--seen-as", type=Path, help="absolute path of bank_churn.duckdb where Superset runs (default: here)"
    )
    add_language(superset)
    dashboard = commands.add_parser(
        "dashboard",
        allow_abbrev=False,
        help="one page per language of what is published, for people without a BI tool",
    )
    dashboard.add_argument(
        "--output",
        type=Path,
        default=Path(os.environ.get("BANK_CHURN_PUBLISHED", "data/published")),
        help="folder of the published files (default: %(default)s)",
    )
    dashboard.add_argument(
        "--language", choices=("ru", "en", "both"), default="both", help="default: %(default)s"
    )
    tests = commands.add_parser(
        "test-hypotheses", allow_abbrev=False, help="test the registered hypotheses on a built database"
    )
    tests.add_argument("--database", type=Path, help="a build database or bank_churn_clients.duckdb")
    add_engine(tests)
    tests.add_argument(
        "--seeds", type=Path, default=Path("seeds"), help="folder of the registry (default: %(default)s)"
    )
    add_language(tests)
    listing = commands.add_parser(
        "list",
        allow_abbrev=False,
        help="the call sheet of one target group or condition, from what is published",
    )
    listing.add_argument("--portfolio", required=True, metavar="NAME", help="whose clients")
    whom = listing.add_mutually_exclusive_group(required=True)
    whom.add_argument("--group", metavar="CODE", help="a target group, as in target_groups")
    whom.add_argument(
        "--where",
        metavar="CONDITION",
        help="such as \"city = 'Рыбинск' and age >= 40\" on columns of the list",
    )
    listing.add_argument("--top", type=int, metavar="N", help="only the first by priority (default: all)")
    listing.add_argument("--output", type=Path, required=True, metavar="FILE", help="a .csv or .xlsx file")
    listing.add_argument(
        "--published",
        type=Path,
        default=Path(os.environ.get("BANK_CHURN_PUBLISHED", "data/published")),
        help="folder of the published files (default: %(default)s)",
    )
    add_language(listing)
    training = commands.add_parser(
        "train",
        allow_abbrev=False,
        help="train the churn model and write it to files; other options go to dbt",
    )
    add_build_paths(training)
    training.add_argument("--export", type=Path, required=True, help="folder for the model's csv files")
    return parser


def run_check(arguments: argparse.Namespace, further: list[str]) -> int:
    """Check an extract and print what was found.

    Args:
        arguments: The parsed command line.
        further: Options meant for dbt.

    Returns:
        Exit code: 0 for nothing to put right, 1 for rejected rows or unknown cities.
    """
    checked = check(
        arguments.file,
        portfolio=arguments.portfolio,
        language=arguments.language,
        show_rows=arguments.show_rows,
        build_folder=arguments.database.parent,
        dbt_arguments=further,
    )
    print(checked.text)
    return checked.code


def run(arguments: argparse.Namespace, further: list[str]) -> None:
    """Carry out one command; what only one command needs is imported by it, for scipy alone takes a second.

    Args:
        arguments: The parsed command line.
        further: Options meant for dbt.

    Raises:
        BankChurnError: If the command cannot be carried out.
    """
    if arguments.command == "demo":
        chosen: tuple[DemoPortfolio, ...] = (arguments.portfolio,) if arguments.portfolio else DEMO_PORTFOLIOS
        for portfolio in chosen:
            path = demo_path(arguments.output, portfolio, arguments.format)
            generate_demo(
                portfolio=portfolio,
                path=path,
                rows=arguments.rows,
                seed=arguments.seed,
                file_format=arguments.format,
            )
            print(f"{path}: {arguments.rows} generated rows, no real client among them")
        return
    if getattr(arguments, "target", "duckdb") != "duckdb":
        run_on_spark(arguments, further)
        return
    if arguments.command == "new-portfolio":
        from bank_churn.new_portfolio import add_portfolio

        added = add_portfolio(
            arguments.name,
            arguments.file,
            label_ru=arguments.label_ru,
            label_en=arguments.label_en,
            sheet=arguments.sheet,
            header_row=arguments.header_row,
            female=arguments.female,
        )
        print(added.text)
        return
    if arguments.command == "build":
        paths = build(
            database=arguments.database,
            target_path=arguments.target_path,
            output=arguments.output,
            language=readers_language(),
            databases_only=arguments.databases_only,
            dbt_arguments=further,
        )
    elif arguments.command == "export":
        paths = export(output=arguments.output, language=arguments.language)
    elif arguments.command == "rollback":
        if arguments.list:
            print("\n".join(list_publications(arguments.output)) or "No publication is kept.")
            return
        print(f"Back in place: publication {rollback(output=arguments.output, to=arguments.to)}")
        return
    elif arguments.command == "verify":
        whole, wrong = verify(arguments.output)
        print("\n".join(whole))
        if wrong:
            raise BankChurnError(f"Not what was published: {'; '.join(wrong)}.")
        return
    elif arguments.command == "docs":
        from bank_churn.commands.docs import make_docs

        paths = make_docs(
            language=arguments.language,
            database=arguments.database,
            target_path=arguments.target_path,
            output=arguments.output,
        )
    elif arguments.command == "superset":
        from bank_churn.exports.superset_export import export_superset

        path = export_superset(
            language=arguments.language, output=arguments.output, seen_as=arguments.seen_as
        )
        print(f"{path}: import it in Superset under Dashboards")
        return
    elif arguments.command == "list":
        from bank_churn.exports.call_sheet import write_call_sheet

        print(
            write_call_sheet(
                published=arguments.published,
                portfolio=arguments.portfolio,
                group=arguments.group,
                condition=arguments.where,
                top=arguments.top,
                output=arguments.output,
                language=arguments.language,
            )
        )
        return
    elif arguments.command == "train":
        from bank_churn.commands.train import train

        files = train(database=arguments.database, folder=arguments.export, dbt_arguments=further)
        print("The model to review: " + ", ".join(str(path) for path in files))
        return
    elif arguments.command == "dashboard":
        from bank_churn.commands.dashboard import publish_dashboards

        chosen_languages: tuple[Language, ...] = (
            ("ru", "en") if arguments.language == "both" else (arguments.language,)
        )
        paths = publish_dashboards(output=arguments.output, languages=chosen_languages)
    elif arguments.command == "test-hypotheses":
        from bank_churn.commands.hypotheses import evaluate_database
        from bank_churn.statistics.judgement.report import format_results

        if arguments.database is None:
            raise BankChurnError("test-hypotheses needs --database: a build database, or --target spark.")
        results = evaluate_database(database=arguments.database, seeds=arguments.seeds)
        print(format_results(results, arguments.language))
        return
    else:
        paths = publish_and_export(
            database=arguments.database,
            target_path=arguments.target_path,
            output=arguments.output,
            language=readers_language(),
            databases_only=arguments.databases_only,
        )
    print("Published: " + ", ".join(str(path) for path in paths))


def run_on_spark(arguments: argparse.Namespace, further: list[str]) -> None:
    """Carry out a command whose marts are on Spark.

    Args:
        arguments: The parsed command line.
        further: Options meant for dbt.

    Raises:
        BankChurnError: If the command cannot be carried out.
    """
    from bank_churn.spark.setup import check_spark

    check_spark(is_local=arguments.target == "spark")  # before anything is imported that may be missing
    from bank_churn.commands import spark as on_spark

    if arguments.command == "test-hypotheses":
        from bank_churn.statistics.judgement.report import format_results

        results = on_spark.evaluate_on_spark(target=arguments.target, seeds=arguments.seeds)
        print(format_results(results, arguments.language))
        return
    if arguments.command == "train":
        files = on_spark.train_on_spark(
            target=arguments.target, folder=arguments.export, dbt_arguments=further
        )
        print("The model to review: " + ", ".join(str(path) for path in files))
        return
    places: dict[str, Any] = {
        "target": arguments.target,
        "target_path": arguments.target_path,
        "output": arguments.output,
        "language": readers_language(),
        "databases_only": arguments.databases_only,
    }
    if arguments.command == "build":
        paths = on_spark.build_on_spark(**places, dbt_arguments=further)
    else:
        paths = on_spark.publish_from_spark(**places)
    print("Published: " + ", ".join(str(path) for path in paths))


def sentence_of(error: Exception) -> str:
    """Put an error into one line that shows whatever it names as it is.

    Args:
        error: What stopped a command.

    Returns:
        A sentence.
    """
    if isinstance(error, OSError) and error.filename is not None:
        return shown(f"{error.filename}: {error.strerror}.")
    return shown(" ".join(str(error).split("\n")))


def interrupt(number: int, _frame: object) -> None:
    """End by a signal as by a press of Ctrl-C; further ones wait until what was begun is put away.

    Args:
        number: The signal.

    Raises:
        KeyboardInterrupt: Always, with the signal.
    """
    for one in STOPPING:
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt(number)


def stopped(interruption: KeyboardInterrupt) -> int:
    """Say that a command was stopped.

    Args:
        interruption: What stopped it.

    Returns:
        The exit code, which is that of the shell for a process that a signal ended.
    """
    print("bank_churn: stopped; what is published is whole, and is as it was or new.", file=sys.stderr)
    return 128 + (interruption.args[0] if interruption.args else signal.SIGINT)


def main() -> int:
    """Run the command line; a user's mistake is one sentence on standard error, never a traceback.

    Returns:
        Exit code: 0 when done, 1 when not, 2 for a wrong command line, 130 or 143 when stopped; `check`
        has its own, see its help.
    """
    for one in STOPPING:
        if (
            signal.getsignal(one) is not signal.SIG_IGN
        ):  # which is how a shell keeps Ctrl-C from what it put aside
            signal.signal(one, interrupt)
    parser = make_parser()
    arguments, further = parser.parse_known_args()
    if further and arguments.command not in ("build", "check", "train"):
        parser.error(f"unknown options: {' '.join(further)}")
    try:
        if os.environ.get("DOCS_LANGUAGE", "ru") not in ("ru", "en"):
            raise BankChurnError(f"DOCS_LANGUAGE is {os.environ['DOCS_LANGUAGE']}; it must be ru or en.")
        if arguments.command == "check":
            return run_check(arguments, further)
        run(arguments, further)
    except KeyboardInterrupt as interruption:
        return stopped(interruption)
    except RuntimeError as error:
        if not isinstance(error.__cause__, KeyboardInterrupt):  # which is how DuckDB passes it on
            raise
        return stopped(error.__cause__)
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # the reader, such as head, has seen enough
    except (BankChurnError, ValueError, OSError) as error:
        print(f"bank_churn: {sentence_of(error)}", file=sys.stderr)
        return UNREADABLE if arguments.command == "check" else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
