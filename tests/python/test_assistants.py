"""What an assistant can ask: only what is published for everyone, each answer with what to know of it."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import sys
from typing import Any

import pytest
from bank_churn.errors import BankChurnError
from bank_churn.exports.assistants import METRICS, MOST_ROWS, PublicFile
from conftest import Build

HOSTILE = [
    *(
        "clients",
        "retention_list",
        "_publication_sources",
        "_disclosure_audit",
        "duckdb_settings",
        "pg_tables",
    ),
    *("churn_rates; drop table churn_rates", 'churn_rates" union select * from clients --', "churn_rates--"),
    *("read_csv('/etc/passwd')", "'/etc/passwd'", "main.churn_rates", "bank_churn_clients.clients", "\x00"),
    *("(select 1)", "churn_rates where 1=1", "../bank_churn_clients.duckdb", "", " ", "*", "1", "А" * 5_000),
    *("information_schema.tables", "attach 'x' as y", "getenv('HOME')", None, 7, True, [], {}),
]
FILTERS: list[Any] = [
    *({"portfolio = 'x' or 1": 1}, {"portfolio": "x' or '1'='1"}, {"portfolio": {"$ne": 1}}, {'a"b': 1}),
    *({"portfolio": ["x"] * 101}, {"portfolio": []}, {"portfolio": float("nan")}, "1=1", ["portfolio"], 5),
    *({"portfolio": "x" * 201}, {"portfolio": b"x"}, {f"c{number}": 1 for number in range(11)}, {None: 1}),
]
LIMITS: list[Any] = [0, -1, MOST_ROWS + 1, 10**12, 1.5, "1; drop table x", True, None]


@pytest.fixture(scope="module")
def file(demo_build: Build) -> PublicFile:
    return PublicFile(demo_build.published)


def hostile_calls() -> list[tuple[str, dict[str, Any]]]:
    calls: list[tuple[str, dict[str, Any]]] = []
    for name in HOSTILE:
        calls += [("read_table", {"table": name}), ("describe_table", {"table": name})]
        calls += [("metric", {"metric": name, "portfolio": "metanprom"})]
        for argument in ("columns", "order_by"):
            value = [name] if argument == "columns" else name
            calls += [("read_table", {"table": "churn_rates", argument: value})]
        calls += [("metric", {"metric": "churn_rate", "portfolio": name, "by": name, "value": name})]
    calls += [("read_table", {"table": "churn_rates", "filters": filters}) for filters in FILTERS]
    calls += [("read_table", {"table": "churn_rates", "limit": limit}) for limit in LIMITS]
    calls += [
        ("read_table", {"table": table, "filters": filters, "limit": limit})
        for table, filters, limit in itertools.product(HOSTILE[:8], FILTERS[:8], LIMITS[:2])
    ]
    return calls


def test_hostile_calls_reach_nothing(demo_build: Build, file: PublicFile):
    """Each is refused in a sentence or finds nothing; the file stays as it is."""
    before = hashlib.sha256(file.path.read_bytes()).hexdigest()
    keys = demo_build.query("select client_key from clients limit 200", "published/bank_churn_clients.duckdb")
    calls = hostile_calls()
    assert len(calls) >= 300
    refused = []
    for tool, arguments in calls:
        try:
            answer = getattr(file, tool)(**arguments)
        except BankChurnError as error:
            refused.append((str(error), str(arguments)))
            continue
        answered = json.dumps(answer, ensure_ascii=False)
        assert not [key for (key,) in keys if key in answered]
    assert len(refused) > 250
    for told, asked in refused:
        assert len(told) < 400
        assert "/etc/passwd" not in told or "/etc/passwd" in asked
    assert hashlib.sha256(file.path.read_bytes()).hexdigest() == before
    for sql in ("select * from read_csv('/etc/passwd')", "attach '/tmp/x.db'", "create table x (y int)"):
        with pytest.raises(BankChurnError, match="cannot be read"):
            file.ask(sql)


def test_every_answer_says_what_to_know_of_it(demo_build: Build, file: PublicFile):
    [(number,)] = demo_build.query_published("select publication_id from _publication")
    answers = [file.list_tables(), file.describe_table("churn_rates"), file.read_table("churn_by_city")]
    answers += [file.metric(name, "metanprom", "city") for name in METRICS]
    for answer in answers:
        assert answer["publication"]["publication_id"] == number
        assert answer["publication"]["is_generated"] is True
        assert answer["caveat"]
    rows = demo_build.query_published(
        """select dimension_value, client_count, churn_rate, ci_low, ci_high from churn_rates
        where portfolio = 'metanprom' and dimension_name = 'city'"""
    )
    answer = file.metric("churn_rate", "metanprom", "city")
    columns = ("dimension_value", "client_count", "churn_rate", "ci_low", "ci_high")
    assert sorted(tuple(row[column] for column in columns) for row in answer["rows"]) == sorted(rows)
    assert "client_count" in answer["people_are_counted_in"]
    assert {"ci_low", "ci_high"} <= set(answer["intervals_are_in"])
    names = {one["table"] for one in file.list_tables()["tables"]}
    assert {"churn_rates", "target_groups"} <= names
    assert not names & {"clients", "retention_list", "client_churn_scores"}


def test_filters_order_and_limit_do_what_they_say(demo_build: Build, file: PublicFile):
    answer = file.read_table(
        "churn_rates",
        filters={"portfolio": ["metanprom"], "is_suppressed": False, "dimension_2_name": None},
        columns=["dimension_value"],
        order_by="churn_rate",
        descending=True,
        limit=3,
    )
    expected = demo_build.query_published(
        """select dimension_value from churn_rates
        where portfolio = 'metanprom' and not is_suppressed and dimension_2_name is null
        order by churn_rate desc nulls last limit 3"""
    )
    assert [row["dimension_value"] for row in answer["rows"]] == [value for (value,) in expected]
    assert answer["row_count"] > 3


def test_a_real_client_asks_over_the_protocol(demo_build: Build):
    mcp = pytest.importorskip("mcp", reason="the package mcp is optional: make setup-mcp")
    command = [sys.executable, "-m", "bank_churn.cli", "mcp", "--published", str(demo_build.published)]

    async def talk() -> tuple[set[str], Any, Any]:
        server = mcp.StdioServerParameters(command=command[0], args=command[1:])
        async with mcp.Client(server) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            good = await client.call_tool(
                "metric", {"metric": "churn_rate", "portfolio": "metanprom", "by": "city"}
            )
            bad = await client.call_tool("read_table", {"table": "clients"})
            return tools, good, bad

    tools, good, bad = asyncio.run(talk())
    assert tools == {"list_tables", "describe_table", "read_table", "metric"}
    assert json.loads(good.content[0].text)["rows"]
    assert bad.is_error
    assert "There is no table" in bad.content[0].text
