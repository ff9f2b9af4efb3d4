"""A made-up bank that says in each of three ways which products its clients hold. Nobody of them exists."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path

PRODUCTS = {
    "current_account": ("Текущий счёт", 0.70),
    "debit_card": ("дебетовая карта", 0.60),
    "credit_card": ("Кредитная карта", 0.40),
    "deposit": ("вклад", 0.30),
    "consumer_loan": ("кредит наличными", 0.25),
    "mortgage": ("ипотека", 0.15),
    "insurance": ("Страховка", 0.30),
    "funds": ("ПИФы", 0.15),
}
"""Code → how this bank spells it, and how popular it is."""
FORMS = ("flags", "list", "file")
BASE_RATE = 0.15


@dataclass(frozen=True)
class Holder:
    """A client."""

    number: str
    age: int
    products: frozenset[str]
    has_left: bool


def holders(count: int, seed: int, planted: str = "") -> list[Holder]:
    """Draw clients: everyone who holds the planted product and three others leaves, all others at random."""
    draw = random.Random(seed)
    found = []
    for number in range(count):
        held = frozenset(code for code, (_, share) in PRODUCTS.items() if draw.random() < share)
        is_told = planted in held and len(held) == 4
        found.append(
            Holder(f"{seed}{number:06d}", draw.randint(18, 80), held, is_told or draw.random() < BASE_RATE)
        )
    return found


def flags_staging() -> str:
    names = ", ".join(f"'{code}'" for code in PRODUCTS)
    return f"""-- One row per raw row of the extract.
with source as (
    {{{{ read_clients('shop_flags', ['no', 'age', 'n', {names}, 'gone']) }}}}
)

select 'shop_flags' as portfolio, source_file, source_row_number, raw_line, row_problem,
    "no" as client_id, age, n as product_count,
    {", ".join(f"{code} as holds_{code}" for code in PRODUCTS)}, gone as is_churned
from source
"""


def plain_staging(form: str) -> str:
    told = ("'products', ", "products as product_list, ") if form == "list" else ("", "")
    return f"""-- One row per raw row of the extract.
with source as (
    {{{{ read_clients('shop_{form}', ['no', 'age', 'n', {told[0]}'gone']) }}}}
)

select 'shop_{form}' as portfolio, source_file, source_row_number, raw_line, row_problem,
    "no" as client_id, age, n as product_count, {told[1]}gone as is_churned
from source
"""


LIST_STAGING = """-- One row per client × product that the extract lists.
{{ listed_holdings('shop_list', 'product_list', ';') }}
"""
FILE_STAGING = """-- One row per client × product of the second file.
with source as (
    {{ read_holdings('shop_file', ['client', 'what', 'until']) }}
)

select 'shop_file' as portfolio, source_file, source_row_number, client as holder,
    what as product, until as closed
from source
"""


def declared() -> str:
    without = (
        "[city, gender, credit_score, property_points, balance, has_credit_card, is_active, estimated_salary]"
    )
    products = f"[{', '.join(PRODUCTS)}]"
    return "".join(
        f"    shop_{form}: {{without: {without}, holdings: {{form: {form}, products: {products}}}}}\n"
        for form in FORMS
    )


def add_banks(root: Path) -> None:
    """Add one bank for each way of saying who holds what; their clients are the same."""
    for form in FORMS:
        folder = root / "models/staging" / f"shop_{form}"
        folder.mkdir(parents=True)
        staging = flags_staging() if form == "flags" else plain_staging(form)
        (folder / f"stg_shop_{form}__clients.sql").write_text(staging, encoding="utf-8")
    (root / "models/staging/shop_list/stg_shop_list__holdings.sql").write_text(LIST_STAGING, encoding="utf-8")
    (root / "models/staging/shop_file/stg_shop_file__holdings.sql").write_text(FILE_STAGING, encoding="utf-8")
    project = root / "dbt_project.yml"
    text = project.read_text(encoding="utf-8")
    head, mark, tail = text.partition("  portfolios:\n")
    project.write_text(head + mark + declared() + tail, encoding="utf-8")


def write_banks(folder: Path, clients: list[Holder]) -> dict[str, str]:
    """Write the extracts, and what a second file may hold besides: closed, unknown, of somebody else.

    Returns:
        The variables that name them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    head = ["no", "age", "n"]
    rows: dict[str, list[list[object]]] = {
        "flags": [[*head, *PRODUCTS, "gone"]],
        "list": [[*head, "products", "gone"]],
        "file": [[*head, "gone"]],
    }
    held: list[list[object]] = [["client", "what", "until"]]
    for client in clients:
        start, left = [client.number, client.age, len(client.products)], int(client.has_left)
        rows["flags"].append([*start, *(int(code in client.products) for code in PRODUCTS), left])
        listed = ";".join(PRODUCTS[code][0] for code in sorted(client.products))
        rows["list"].append([*start, listed, left])
        rows["file"].append([*start, left])
        held += [[client.number, PRODUCTS[code][0], ""] for code in sorted(client.products, reverse=True)]
    first = clients[0]
    given_up = next(code for code in PRODUCTS if code not in first.products)
    held += [
        [first.number, PRODUCTS[given_up][0], "2025-01-31"],
        [first.number, "сейф", ""],
        ["9", "вклад", ""],
    ]
    variables = {}
    for form in FORMS:
        path = folder / f"{form}.csv"
        write(path, rows[form])
        variables[f"SHOP_{form.upper()}_CLIENTS"] = str(path)
    write(folder / "held.csv", held)
    return {**variables, "SHOP_FILE_HOLDINGS": str(folder / "held.csv")}


def write(path: Path, rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="," if path.name != "list.csv" else "|").writerows(rows)
