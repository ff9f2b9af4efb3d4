"""A made-up bank of credit cards, in a layout that no built-in bank has. No such clients exist."""

from __future__ import annotations

import csv
import random
from pathlib import Path

EDUCATION = {"School": 0.05, "College": 0.10, "Graduate": 0.20, "Doctorate": 0.45}
"""Level of education → how probable it is that the client leaves, before the rest."""
INCOME = ("under 40k", "40k-60k", "60k-80k", "80k and more")
CARDS = ("Blue", "Silver", "Gold")
HEADER = (
    *(
        "Customer No",
        "Attrition Flag",
        "Customer Age",
        "Sex",
        "Education Level",
        "Income Band",
        "Card Category",
    ),
    *("Months on Book", "Products Held", "Bureau Score", "Active Last Quarter", "Credit Limit"),
)


def card_rows(count: int, seed: int = 1) -> list[dict[str, str]]:
    """Draw clients; the same seed gives the same rows. Education surely goes with churn, income does not."""
    draw = random.Random(seed)
    rows = []
    for number in range(count):
        education = draw.choice(tuple(EDUCATION))
        products = draw.randint(1, 5)
        left = draw.random() < EDUCATION[education] + 0.08 * (products == 1)
        rows.append(
            dict(
                zip(
                    HEADER,
                    (
                        f"7{number:08d}",
                        "Attrited Customer" if left else "Existing Customer",
                        str(draw.randint(21, 75)),
                        draw.choice("FM"),
                        education if draw.random() < 0.97 else "",
                        draw.choice(INCOME),
                        draw.choices(CARDS, (80, 15, 5))[0],
                        str(draw.randint(6, 60)),
                        str(products),
                        str(draw.randint(420, 850)),
                        draw.choice(("yes", "no")),
                        f"{draw.randint(1500, 30000)}.0",
                    ),
                    strict=True,
                )
            )
        )
    return rows


def write_cards(path: Path, rows: list[dict[str, str]], leave_out: tuple[str, ...] = ()) -> str:
    """Write an extract separated by semicolons, without some columns, and return its path as text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [name for name in HEADER if name not in leave_out]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, delimiter=";", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return str(path)
