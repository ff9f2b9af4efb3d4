"""Small generated extracts in Metanprom's layout, good and broken."""

from __future__ import annotations

from pathlib import Path

HEADER = [
    *("userid", "score", "City", "Gender", "Age", "Objects", "Balance", "Products", "CreditCard", "Loyalty"),
    *("estimated_salary", "Churn"),
]

CITIES = ["Ярославль", "Рыбинск", "Ростов Великий"]


def good_row(number: int) -> dict[str, str]:
    """One valid client, the same for the same number."""
    return {
        "userid": str(1_000_000 + number),
        "score": str(400 + number % 400),
        "City": CITIES[number % 3],
        "Gender": "ЖМ"[number % 2],
        "Age": str(18 + number % 60),
        "Objects": str(number % 10),
        "Balance": "" if number % 3 == 1 else f"{50_000 + number * 37 % 90_000}.25",
        "Products": str(1 + number % 4),
        "CreditCard": str(number % 2),
        "Loyalty": str(number // 2 % 2),
        "estimated_salary": f"{20_000 + number * 91 % 150_000}.5",
        "Churn": str(int(number % 5 == 0)),
    }


def to_line(row: dict[str, str], header: list[str] = HEADER, separator: str = ",") -> str:
    return separator.join(row[column] for column in header)


def write_lines(path: Path, lines: list[str], header: list[str] = HEADER, separator: str = ",") -> str:
    """Write a csv file and return its path as text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([separator.join(header), *lines]) + "\n", encoding="utf-8")
    return str(path)
