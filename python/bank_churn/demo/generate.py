"""Demo extracts: generated clients shaped like the two banks', dirt included, for use without real data."""

import os
from importlib import resources
from pathlib import Path
from typing import Literal

import duckdb

from bank_churn.tools.files import replacing
from bank_churn.tools.progress import QueryBar
from bank_churn.tools.screen import screen
from bank_churn.tools.sql import literal
from bank_churn.words.speech import said

DemoPortfolio = Literal["metanprom", "bank_scrooge"]
DEMO_PORTFOLIOS: tuple[DemoPortfolio, ...] = ("metanprom", "bank_scrooge")
WITH_HOLDINGS: DemoPortfolio = "metanprom"
"""The bank whose products are generated too, in a second file."""
DEMO_FOLDER = Path("data/raw/demo")
DEFAULT_ROWS = 10_000
DEFAULT_SEED = 20
MEMORY_LIMIT = "1GB"

BYTES_PER_ROW = {"csv": 66.0, "parquet": 22.0}
"""About; DuckDB cannot tell how many rows it has generated, but the file grows evenly."""

COPY_OPTIONS = {
    "csv": "format csv, header true, use_tmp_file false",
    "parquet": "format parquet, row_group_size 100000, use_tmp_file false",
}


def demo_path(folder: Path, portfolio: DemoPortfolio, file_format: str) -> Path:
    """Name a demo file; the marts tell generated data from a bank's own by this name.

    Args:
        folder: Where the file is to stand.
        portfolio: Whose layout it has.
        file_format: "csv" or "parquet".

    Returns:
        The path.
    """
    return folder / f"{portfolio}_demo.{file_format}"


def generate_demo(
    *,
    portfolio: DemoPortfolio,
    path: Path,
    rows: int = DEFAULT_ROWS,
    seed: int = DEFAULT_SEED,
    file_format: Literal["csv", "parquet"] = "csv",
) -> Path:
    """Write a generated client extract in the layout of one of the two built-in banks.

    The same seed gives the same rows on any machine: every draw comes from md5, and a longer extract
    begins with the rows of a shorter one. The file appears whole or not at all.

    Args:
        portfolio: Which bank's layout and structure to imitate.
        path: The file to write; missing parent folders are created, an existing file is replaced.
        rows: Number of data rows, at least 1. Memory use does not grow with it.
        seed: Chooses the set of generated people; from 0 to 2^63 - 1.
        file_format: "csv" (with a header) or "parquet" (the same columns, all text).

    Returns:
        The path that was written.

    Raises:
        ValueError: If an argument is out of its range.
        OSError: If the folder cannot be created or written to.
    """
    if portfolio not in ("metanprom", "bank_scrooge"):
        raise ValueError(f"portfolio must be metanprom or bank_scrooge, not {portfolio!r}.")
    check_amounts(rows=rows, seed=seed, file_format=file_format)

    path = Path(path)
    try:
        with replacing(path) as unfinished:
            _copy_rows(portfolio=portfolio, path=unfinished, rows=rows, seed=seed, file_format=file_format)
    except duckdb.IOException as error:
        raise OSError(f"Demo data could not be written to {path}: {error}") from error
    return path


def holdings_path(folder: Path, portfolio: str) -> Path:
    """Name the demo file of products, as the macro `holdings_location` does."""
    return folder / f"{portfolio}_holdings_demo.csv"


def generate_holdings(*, clients: Path, path: Path, seed: int = DEFAULT_SEED) -> Path:
    """Write which products the generated clients of Metanprom hold, as many as its extract counts.

    Args:
        clients: The generated extract.
        path: The file to write; it appears whole or not at all.
        seed: As for the extract.

    Returns:
        The path that was written.
    """
    reader = "read_parquet" if clients.suffix == ".parquet" else "read_csv"
    given = "" if reader == "read_parquet" else ", all_varchar = true, header = true"
    with replacing(path) as unfinished, duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        connection.execute(read_sql("demo_macros.sql"))
        connection.execute("set variable demo_seed = $seed::bigint", {"seed": seed})
        connection.execute(
            f"""create temp view extract as
            select userid as client_id, "Products" as product_count, "CreditCard" as has_credit_card,
                "Churn" as is_churned
            from {reader}({literal(str(clients))}{given})"""
        )
        target, options = literal(str(unfinished)), COPY_OPTIONS["csv"]
        connection.execute(f"copy (\n{read_sql('demo_holdings.sql')}\n) to {target} ({options})")
    return path


def check_amounts(*, rows: int, seed: int, file_format: str) -> None:
    """Refuse what cannot be generated."""
    if file_format not in COPY_OPTIONS:
        raise ValueError(f"file_format must be csv or parquet, not {file_format!r}.")
    if rows < 1:
        raise ValueError(f"rows must be at least 1, not {rows}: an extract without clients cannot be built.")
    if not 0 <= seed < 2**63:
        raise ValueError(f"seed must be between 0 and 2^63 - 1, not {seed}.")


def make_missing_demo_data() -> None:
    """Generate demo data for every built-in portfolio whose variable is not set and whose file is missing."""
    missing = [
        portfolio
        for portfolio in DEMO_PORTFOLIOS
        if os.environ.get(f"{portfolio.upper()}_CLIENTS", "demo").strip() == "demo"
        and not demo_path(DEMO_FOLDER, portfolio, "csv").exists()
    ]
    for portfolio in missing:
        generate_demo(portfolio=portfolio, path=demo_path(DEMO_FOLDER, portfolio, "csv"))
    if missing:
        told = "{portfolio}: no extract given, generated demo data in {path}"
        screen.line(said(told, portfolio=", ".join(missing), path=DEMO_FOLDER))
    portfolio, clients = WITH_HOLDINGS, demo_path(DEMO_FOLDER, WITH_HOLDINGS, "csv")
    given = {
        os.environ.get(f"{portfolio.upper()}_{what}", "demo").strip() for what in ("CLIENTS", "HOLDINGS")
    }
    path = holdings_path(DEMO_FOLDER, portfolio)
    if given == {"demo"} and not path.exists():
        generate_holdings(clients=clients, path=path)


def _copy_rows(
    *, portfolio: str, path: Path, rows: int, seed: int, file_format: str, threads: int | None = None
) -> None:
    """Stream the generated rows from DuckDB into one file.

    Args:
        portfolio: The bank whose SQL template to run.
        path: The file to write.
        rows: Number of data rows.
        seed: Chooses the set of generated people.
        file_format: "csv" or "parquet".
        threads: Threads DuckDB may use; by default as many as it likes. The rows do not depend on it.
    """
    target, options = literal(str(path)), COPY_OPTIONS[file_format]
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        connection.execute("set preserve_insertion_order = true")
        if threads is not None:
            connection.execute(f"set threads = {threads}")
        connection.execute(read_sql("demo_macros.sql"))
        connection.execute("set variable demo_rows = $rows::bigint", {"rows": rows})
        connection.execute("set variable demo_seed = $seed::bigint", {"seed": seed})
        query = read_sql(f"demo_{portfolio}.sql")
        expected = rows * BYTES_PER_ROW[file_format]
        bar = QueryBar(connection, f"Generating {portfolio}", share=lambda: path.stat().st_size / expected)
        with bar, bar.part():
            connection.execute(f"copy (\n{query}\n) to {target} ({options})")


def read_sql(name: str) -> str:
    """Return the text of a SQL file that ships with this package."""
    return resources.files("bank_churn.demo").joinpath(name).read_text(encoding="utf-8")
