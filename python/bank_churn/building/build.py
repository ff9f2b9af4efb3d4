"""The main job: demo data where the user gave none, one `dbt build`, published files and the dashboard."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from bank_churn.building.months import ANEW, Snapshots, plan_batches, vars_only
from bank_churn.demo.generate import DEMO_FOLDER, make_missing_demo_data
from bank_churn.errors import BankChurnError, InputError
from bank_churn.intake import Found, check_unchanged, prepare, print_formats
from bank_churn.intake.judge import judge, judge_rows
from bank_churn.intake.options import vars_of
from bank_churn.intake.parquet import check_pages
from bank_churn.months.plan import LEDGER, Batch, write_note
from bank_churn.publishing.doubts import doubts
from bank_churn.publishing.history import PUBLISHED_FILES, publication_id_of, publishing
from bank_churn.running.dbt_command import SNAPSHOTS_NOTE, WITHOUT_TESTS, intake_folder, run_dbt
from bank_churn.running.events import Watch, log_path
from bank_churn.running.unit_tests import run_what_changed
from bank_churn.tools.files import UNFINISHED, checked_folder, only_one, own_files, remove_unheld
from bank_churn.tools.places import Places
from bank_churn.tools.screen import screen
from bank_churn.tools.settings import SPILL_VARIABLE, spill_folder
from bank_churn.words.language import Language, reader_language
from bank_churn.words.speech import said

if TYPE_CHECKING:
    from bank_churn.publishing.publish import Addition


def read_formats(
    *, database: Path, dbt_arguments: list[str], on_cluster: bool = False, batch: Batch | None = None
) -> list[Found]:
    """Find out and say what each extract is; dbt then reads plain copies of those it cannot read itself.

    Args:
        database: The build database; the copies stand beside it, as private as it is.
        dbt_arguments: Further arguments for dbt, with vars perhaps.
        on_cluster: Whether Spark reads the extracts: it reads some by itself.
        batch: The snapshots to read where extracts have dates.
    """
    snapshots = batch.snapshots if batch else {}
    with screen.stage("Extracts"):
        try:
            make_missing_demo_data()
            settings = vars_of(dbt_arguments)
            judge(settings, on_cluster=on_cluster)
            found = prepare(
                settings=settings,
                folder=intake_folder(database),
                on_cluster=on_cluster,
                only={portfolio: one.files for portfolio, one in snapshots.items()},
            )
            judge_rows(found)
        except BankChurnError as error:
            raise InputError(str(error)) from error
        print_formats(found, generated=DEMO_FOLDER)
    return found


@contextmanager
def building(places: Places) -> Iterator[None]:
    """Be the only command that fills a database and writes dbt's results, so that no two builds are mixed.

    Args:
        places: Where the database and dbt's target folder are.

    Yields:
        Nothing; both are held meanwhile.

    Raises:
        BankChurnError: If another command works there, or the folders cannot be written.
    """
    further = "wait for it to end, or give this one its own --database, --target-path and --output."
    database, target_path = places.database, places.target_path
    for folder in (database.parent, target_path):
        checked_folder(folder, mode=0o700)
    held = {
        lock_of(database): f"Another command is filling {database}: {further}",
        target_path / ".lock": f"Another command is writing to {target_path}: {further}",
    }
    with own_files(), ExitStack() as locks:
        for lock, taken in held.items():
            locks.enter_context(only_one(lock, taken=taken))
        locks.enter_context(own_spill_folder(database))
        sweep(database)
        yield


def lock_of(database: Path) -> Path:
    """Name the lock of whoever fills a database."""
    return database.with_name(f".{database.name}.lock")


@contextmanager
def own_spill_folder(database: Path) -> Iterator[None]:
    """Give a build a spill folder of its own, empty at the start and gone at the end.

    Args:
        database: The build database; its lock must be held.

    Yields:
        Nothing; this process and dbt spill there meanwhile.
    """
    shared = os.environ.get(SPILL_VARIABLE)
    folder = spill_folder() / database.name
    checked_folder(folder.parent, mode=0o700)
    shutil.rmtree(folder, ignore_errors=True)
    os.environ[SPILL_VARIABLE] = str(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if shared is None:
            del os.environ[SPILL_VARIABLE]
        else:
            os.environ[SPILL_VARIABLE] = shared


def sweep(database: Path) -> None:
    """Remove what a killed command left beside the build database, whose lock must be held."""
    remove_unheld(database.parent.glob("check-*"))
    for path in unfinished_beside(database):
        path.unlink()
    for path in (database, database.with_name(f"{database.name}.wal")):
        if path.exists():
            path.chmod(0o600)


def unfinished_beside(database: Path) -> list[Path]:
    """List what a killed command left of a database that it wrote anew: parts, and logs of parts."""
    return sorted(database.parent.glob(f"{glob.escape(database.stem)}{UNFINISHED}*"))


def prepare_database(database: Path) -> None:
    """Make sure that the build database can be written and may spill, before dbt answers with a traceback.

    Args:
        database: The build database; need not exist.
    """
    try:
        duckdb.connect(str(database)).close()
        database.chmod(0o600)
    except duckdb.Error as error:
        raise cannot_open(database, error) from error


def cannot_open(database: Path, error: duckdb.Error) -> BankChurnError:
    """Say why a database cannot be opened, and what to do."""
    if "Could not set lock" in str(error):
        return BankChurnError(
            f"{database} is open in another program: close it there. The published files may stay open."
        )
    return BankChurnError(f"{database} cannot be opened ({str(error).splitlines()[0]}): delete it.")


def publish_and_export(places: Places, *, language: Language, databases_only: bool = False) -> list[Path]:
    """Publish the last green build, export it for those who cannot open DuckDB, and make its dashboard.

    Args:
        places: Where it stands and where it is published.
        language: Language of the workbooks.
        databases_only: Publish no exports and no dashboard; those of an earlier publication go.

    Returns:
        The files written.

    Raises:
        BankChurnError: If the dashboard could not be made; then all the rest is published all the same.
    """
    from bank_churn.exports.write import exporting  # seconds, which a wrong path need not wait for
    from bank_churn.publishing.publish import publish

    told: list[str] = []
    made: list[Path] = []

    def dashboards(folder: Path, facts: dict[str, Any]) -> None:
        try:
            made.extend(dashboards_of(folder / PUBLISHED_FILES[0].file_name, history_of=places.output))
        except BankChurnError as error:
            told.append(str(error))

    additions = [] if databases_only else [timed("Workbooks and files", exporting(language, made))]
    additions += [] if databases_only else [timed("Dashboard", dashboards)]
    with screen.stage("Publishing") as facts:
        published = publish(places, additions=additions)
        facts["publication"] = publication_id_of(published[0])
        facts["told"] = said("publication {number}", number=facts["publication"])
    for sentence in doubts(published[0], reader_language()):
        screen.warn(sentence)
    if told:
        raise BankChurnError(told[0])
    return published + [places.output / path.name for path in made]


def timed(name: str, addition: Addition) -> Addition:
    """Say how long one of the additions of a publication takes."""

    def add(folder: Path, facts: dict[str, Any]) -> None:
        with screen.stage(name):
            addition(folder, facts)

    return add


def build(
    places: Places, *, language: Language, dbt_arguments: list[str], databases_only: bool = False
) -> list[Path]:
    """Build, test, publish, export and make the dashboard.

    Args:
        places: Where it stands and where it is published; folders are created when missing.
        language: Language of the workbooks.
        dbt_arguments: Further arguments for `dbt build`, such as `--vars`.
        databases_only: Publish no exports and no dashboard; those of an earlier publication go.

    Returns:
        The published files.

    Raises:
        BankChurnError: If the build fails; what was published before stays as it was. Or if only the
            dashboard fails; then the databases are published all the same.
    """
    with building(places):
        prepare_database(places.database)
        if places.output.exists():
            with publishing(places.output):
                pass  # what a killed command left is put right even if this build fails
        planned = plan_batches(database=places.database, dbt_arguments=dbt_arguments)

        def run(arguments: list[str], watch: Watch) -> bool:
            return run_what_changed(
                lambda those: run_dbt("build", "--fail-fast", *those, places=places, watch=watch),
                arguments,
                target_path=places.target_path,
                told=watch.skips,
            )

        build_months(
            run,
            places,
            planned,
            dbt_arguments=dbt_arguments,
        )
        return publish_and_export(places, language=language, databases_only=databases_only)


def build_months(
    run: Callable[[list[str], Watch], bool],
    places: Places,
    planned: tuple[list[Batch], Snapshots],
    *,
    dbt_arguments: list[str],
    on_cluster: bool = False,
) -> None:
    """Take earlier snapshots into history, then build everything from the latest.

    Args:
        run: Runs `dbt build` with arguments, followed by what it is given, and says whether it succeeded.
        places: Where the build stands.
        planned: The batches, the latest snapshots last, and all snapshots that are on disk.
        dbt_arguments: Further arguments for dbt.
        on_cluster: Whether Spark reads the extracts: it reads some by itself.
    """
    (*earlier, latest), snapshots = planned
    stopped = "The build on Spark stopped" if on_cluster else "The build stopped"

    def take(batch: Batch, arguments: list[str], failed: str) -> None:
        found = read_formats(
            database=places.database, dbt_arguments=dbt_arguments, batch=batch, on_cluster=on_cluster
        )
        note_snapshots(places, batch, snapshots)
        build_from_extracts(
            lambda watch: run(arguments, watch),
            found=found,
            places=places,
            failed=f"{failed} and nothing was published",
        )

    for batch in earlier:  # cleaned and counted like any extract, but not published
        named = ", ".join(f"{one.portfolio} {one.day}" for one in batch.fresh)
        with screen.stage("Into history") as facts:
            selected = ["--select", f"+{LEDGER}", *WITHOUT_TESTS, *vars_only(dbt_arguments)]
            with screen.brief():
                take(batch, selected, f"{stopped} at {named}")
            facts["told"] = named
        dbt_arguments = [one for one in dbt_arguments if one not in ANEW]  # what was to go has gone
    take(latest, dbt_arguments, stopped)


def note_snapshots(places: Places, batch: Batch, snapshots: Snapshots) -> None:
    """Tell dbt which snapshot of each portfolio it reads, where extracts have dates."""
    if snapshots:
        write_note(batch, snapshots, intake_folder(places.database) / SNAPSHOTS_NOTE)


def build_from_extracts(
    run: Callable[[Watch], bool], *, found: list[Found], places: Places, failed: str
) -> None:
    """Run dbt on extracts that must stay as they are meanwhile, or say why it failed.

    Args:
        run: Runs dbt, followed by what it is given, and says whether it succeeded.
        found: What the extracts are.
        places: Where the build stands; results of an earlier command are removed there.
        failed: Beginning of the sentence for a failure.
    """
    (places.target_path / "run_results.json").unlink(missing_ok=True)
    screen.progress("Reading the project", None)
    watch = Watch()
    is_green = run(watch)
    watch.report()
    screen.wipe()
    check_unchanged(one for one in found if not one.is_copy)  # before dbt's own words: this explains them
    if not is_green:
        check_parquet(found)  # damage inside a parquet file shows only when its rows are read
        raise BankChurnError(f"{failed}: {watch.told(places)} Details: {log_path()}")


def check_parquet(found: list[Found]) -> None:
    """Say in plain words which parquet file is damaged, if one is."""
    for one in found:
        if one.kind == "parquet":
            check_pages(one.file)


def dashboards_of(published: Path, *, history_of: Path | None = None) -> list[Path]:
    """Make the dashboard and the models' passport of a publication, which no failure of a page may undo.

    Args:
        published: The database of aggregates; the pages are written beside it.
        history_of: Folder whose history holds the publication before; by default the database's own.
    """
    from bank_churn.dashboard import make_dashboards  # a second, which a build that fails need not wait for
    from bank_churn.passport import make_passports

    try:
        pages = make_dashboards(published=published, history_of=history_of)
        return pages + make_passports(published=published)
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # which is how DuckDB passes it on
            raise
        told = (str(error) or type(error).__name__).splitlines()[0]
        raise BankChurnError(
            f"The databases are published, but the dashboard was not made: {told}"
        ) from error
