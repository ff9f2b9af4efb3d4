"""The documentation gate: nothing public stays undescribed in either language. No package index is named."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bank_churn.publishing.publication import publication_comments
from bank_churn.running.artifacts import primary_key
from conftest import ROOT, csv_rows

LANGUAGES = ("ru", "en")
CYRILLIC = re.compile("[А-Яа-яЁё]")
# Code, then everything in quotes: there a Russian word is an example, not the text.
QUOTED = re.compile("```.*?```|`[^`]*`|«[^»]*»|“[^”]*”|\"[^\"]*\"|(?<!\\w)'[^'\\n]*'(?!\\w)", re.DOTALL)
LOCKS = (
    "requirements.txt",
    *(f"requirements-{extra}.txt" for extra in ("dev", "spark", "bench", "postgres")),
)
WITH_MONTHS = (
    "{portfolios: {metanprom: {snapshots: file_name, holdings: {form: flags, products: [deposit]}},"
    " bank_scrooge: {}}}"
)
"""With months there is every mart that can be."""
REQUIREMENTS = (*LOCKS, "tests/python/bi/requirements.txt")


def city_names() -> set[str]:
    return {row["city"] for row in csv_rows(ROOT / "seeds/cities.csv")}


def seed_columns(manifest: dict) -> dict[str, list[str]]:
    """The header of every seed of this project, by seed name."""
    columns = {}
    for node in own_nodes(manifest, "seed"):
        with (ROOT / node["original_file_path"]).open(encoding="utf-8", newline="") as file:
            columns[node["name"]] = next(csv.reader(file))
    return columns


def own_nodes(manifest: dict, resource_type: str) -> list[dict]:
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == resource_type and node["package_name"] == "bank_churn"
    ]


def language_problem(description: str, language: str, names: set[str]) -> str | None:
    """What is wrong with a description in its language, or None."""
    if not description.strip():
        return "no description"
    if language == "ru":
        return None if CYRILLIC.search(description) else "a Russian description without a Russian word"
    rest = QUOTED.sub(" ", description)
    for name in names:
        rest = rest.replace(name, " ")
    return "Cyrillic in an English description" if CYRILLIC.search(rest) else None


def described_things(manifest: dict, seeds: dict[str, list[str]]) -> dict[str, str]:
    """The description of every public model, every seed, and their columns, by a name a reader can find."""
    things = {}
    for node in own_nodes(manifest, "model"):
        if node["access"] != "public":
            continue
        name = node["alias"]
        things[name] = node["description"]
        for column, entry in node["columns"].items():
            things[f"{name}.{column}"] = entry["description"]
    for node in own_nodes(manifest, "seed"):
        things[f"seed {node['name']}"] = node["description"]
        for column in [*seeds[node["name"]], *node["columns"]]:
            things[f"seed {node['name']}.{column}"] = node["columns"].get(column, {}).get("description", "")
    return things


def labelled_things(manifest: dict) -> dict[str, dict]:
    """Metrics, saved queries, exposures, semantic models and their parts, by a name a reader can find."""
    things = {}
    for kind in ("metrics", "saved_queries", "exposures", "semantic_models"):
        for entry in manifest.get(kind, {}).values():
            name = f"{kind} {entry['name']}"
            things[name] = entry
            for part in ("entities", "dimensions", "measures"):
                things |= {f"{name}.{element['name']}": element for element in entry.get(part, [])}
    return things


def texts_of(manifest: dict, language: str) -> dict[str, str]:
    """Labels and descriptions of what is not a model or a seed, and the description of every group."""
    texts = {}
    for name, thing in labelled_things(manifest).items():
        texts[name] = thing["description"] or ""
        texts[f"label of {name}"] = thing["label"] or ""
    for group in manifest.get("groups", {}).values():
        meta = group["config"]["meta"]
        texts[f"group {group['name']}"] = meta.get(f"description_{language}", "")
    return texts


def gaps(manifest: dict, language: str, seeds: dict[str, list[str]], names: set[str]) -> list[str]:
    """Everything that the gate does not let through in one language, one sentence each."""
    found = [
        f"{language}: exposures {exposure['name']}: no owner"
        for exposure in manifest.get("exposures", {}).values()
        if not exposure["owner"].get("name")
    ]
    described = described_things(manifest, seeds) | texts_of(manifest, language)
    for thing, description in described.items():
        problem = language_problem(description, language, names)
        if problem:
            found.append(f"{language}: {thing}: {problem}")
    for node in own_nodes(manifest, "model"):
        if node["access"] != "public":
            continue
        if not (node["config"].get("meta") or {}).get("owner"):
            found.append(f"{language}: {node['alias']}: no owner in meta")
        if not node["contract"]["enforced"] or not node["columns"]:
            found.append(f"{language}: {node['alias']}: no enforced contract")
        found += [
            f"{language}: {node['alias']}.{column}: not in the contract (no data_type)"
            for column, entry in node["columns"].items()
            if not entry.get("data_type")
        ]
    for node in own_nodes(manifest, "seed"):
        found += [
            f"{language}: seed {node['name']}.{column}: described, but not in the file"
            for column in node["columns"]
            if column not in seeds[node["name"]]
        ]
    return found


def macro_gaps(manifest: dict) -> list[str]:
    """Macros of this project that `macros/_macros.yml` does not describe as they are."""
    found = []
    for macro in manifest["macros"].values():
        path = Path(macro["original_file_path"])
        ours = macro["package_name"] == "bank_churn" and path.parts[0] == "macros"
        if not ours or "__" in macro["name"] or macro["name"].startswith("materialization_"):
            continue
        signature = re.search(rf"macro\s+{macro['name']}\s*\(([^)]*)\)", macro["macro_sql"])
        arguments = [part.split("=")[0].strip() for part in signature.group(1).split(",") if part.strip()]
        described = {entry["name"]: entry for entry in macro["arguments"]}
        if path.stem != macro["name"]:
            found.append(f"{macro['name']} stands in {path}")
        if "Example" not in macro["description"]:
            found.append(f"{macro['name']}: no description with an example in macros/_macros.yml")
        if [*described] != arguments:
            found.append(f"{macro['name']}: takes {arguments}, but {[*described]} are described")
        found += [
            f"{macro['name']}: {name}: no type or no description"
            for name, entry in described.items()
            if not (entry["type"] and entry["description"])
        ]
    return found


def block_names(manifest: dict) -> set[str]:
    return {block["name"] for block in manifest["docs"].values() if block["package_name"] == "bank_churn"}


@pytest.fixture(scope="module")
def manifests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """The project parsed in either language, both at the same time."""
    started = {}
    for language in LANGUAGES:
        folder = tmp_path_factory.mktemp(f"parse_{language}")
        environment = {**os.environ, "DOCS_LANGUAGE": language, "DBT_LOG_PATH": str(folder / "logs")}
        dbt = str(Path(sys.executable).with_name("dbt"))
        places = ["--target-path", str(folder), "--profiles-dir", str(ROOT)]
        command = [dbt, "parse", "--quiet", *places, "--vars", WITH_MONTHS]
        started[language] = (
            folder,
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ),
        )
    parsed = {}
    for language, (folder, process) in started.items():
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
        parsed[language] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return parsed


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_public_is_described(manifests: dict[str, dict], language: str):
    manifest = manifests[language]
    seeds = seed_columns(manifest)
    assert len(described_things(manifest, seeds)) > 200, (
        "the gate looks at too little: has the manifest changed?"
    )
    assert len(texts_of(manifest, language)) > 80, "the gate looks at too few metrics and exposures"
    found = gaps(manifest, language, seeds, city_names())
    assert not found, "\n".join(["The documentation gate is closed:", *found])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_about_a_publication_are_described(manifests: dict[str, dict], language: str):
    for audience in ("everyone", "clients"):
        for table, (description, columns) in publication_comments(manifests[language], audience).items():
            for text in (description, *columns.values()):
                assert language_problem(text, language, set()) is None, (table, text)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_text_stands_outside_its_block(language: str):
    """Of a block that was pasted into another, the rest is shown to nobody."""
    for page in (ROOT / "models/docs" / language).glob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert text.count("{% docs ") == text.count("{% enddocs %}"), page.name
        rest = re.sub(r"\{% docs (?:(?!\{% docs ).)*?\{% enddocs %\}", "", text, flags=re.DOTALL)
        assert not rest.strip(), f"{page.name}: {rest.strip()[:80]}"
        for example in re.findall(r"```sql\n(.*?)```", text, flags=re.DOTALL):
            assert "{%" not in example, f"{page.name}: {example[:80]}"


def test_both_languages_have_the_same_blocks(manifests: dict[str, dict]):
    russian, english = (block_names(manifests[language]) for language in LANGUAGES)
    assert russian, "no doc block was found"
    assert russian == english, (
        f"only in ru: {sorted(russian - english)}; only in en: {sorted(english - russian)}"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_name_every_published_mart(manifests: dict[str, dict], language: str):
    page = (ROOT / f"models/docs/{language}/pages/tables.md").read_text(encoding="utf-8")
    published = {
        node["name"]
        for node in own_nodes(manifests[language], "model")
        if node["access"] == "public" and node["config"]["meta"].get("audience") in ("everyone", "clients")
    }
    assert len(published) > 40
    assert {name for name in published if f"`{name}`" not in page} == set()
    overview = (ROOT / f"models/docs/{language}/overview.md").read_text(encoding="utf-8")
    assert {name for name in published if f"[{name}](#!/model/" not in overview} == set()


def test_every_macro_is_described_with_its_arguments(manifests: dict[str, dict]):
    found = macro_gaps(manifests["en"])
    assert not found, "\n".join(["macros/_macros.yml is not complete:", *found])


def key_gaps(manifest: dict) -> list[str]:
    """Public marts whose primary key is not declared, not the one that is described, or not proven."""
    found = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or node["access"] != "public":
            continue
        key = primary_key(node)
        described = re.search(r"\*\*(?:Primary key|Первичный ключ)[:.]?\*\*:? ([^\n]*)", node["description"])
        if not key:
            found.append(f"{node['alias']}: no primary key in the contract")
        elif not described or tuple(re.findall(r"`(\w+)`", described[1])) != key:
            found.append(f"{node['alias']}: the description names another primary key than the contract")
        elif not proves_constraints(node):
            found.append(f"{node['alias']}: nothing proves the primary key")
    return found


def proves_constraints(node: dict) -> bool:
    return any("prove_constraints()" in hook["sql"] for hook in node["config"]["post-hook"])


def test_every_mart_declares_describes_and_proves_its_key(manifests: dict[str, dict]):
    found = key_gaps(manifests["ru"]) + key_gaps(manifests["en"])
    assert not found, "\n".join(found)


def test_every_table_proves_what_it_declares(manifests: dict[str, dict]):
    tables = own_nodes(manifests["en"], "model") + own_nodes(manifests["en"], "seed")
    assert {node["name"] for node in tables if not proves_constraints(node)} == set()


@pytest.mark.parametrize(
    ("declared", "described", "hook", "message"),
    [
        (["portfolio", "city"], "`portfolio`, `city`", "prove_constraints()", None),
        ([], "`portfolio`, `city`", "prove_constraints()", "no primary key in the contract"),
        (["portfolio"], "`portfolio`, `city`", "prove_constraints()", "names another primary key than"),
        (["portfolio", "city"], "`portfolio`, `city`", "another()", "nothing proves the primary key"),
    ],
)
def test_the_gate_can_close_on_a_key(declared: list[str], described: str, hook: str, message: str | None):
    model = {
        "description": f"Rates.\n\n**Primary key:** {described}.\n",
        "constraints": [{"type": "primary_key", "columns": declared}] if declared else [],
        "config": {"meta": {"owner": "Marketing analytics"}, "post-hook": [{"sql": "{{ " + hook + " }}"}]},
    }
    found = key_gaps(made_up_manifest(**model))
    assert len(found) == (message is not None)
    assert not message or message in found[0]


def test_the_owner_of_a_model_is_that_of_its_wing(manifests: dict[str, dict]):
    owners = {group["name"]: group["owner"]["name"] for group in manifests["en"]["groups"].values()}
    models = own_nodes(manifests["en"], "model")
    found = {node["alias"]: (node["config"]["meta"].get("owner"), owners[node["group"]]) for node in models}
    assert len(found) > 100
    assert {alias: pair for alias, pair in found.items() if pair[0] != pair[1]} == {}


def made_up_manifest(**model: object) -> dict:
    """A manifest with one public model and one seed, both in order unless `model` says otherwise."""
    common = {"package_name": "bank_churn", "description": "One row per city of «Ярославль» and `Рыбинск`."}
    column = {"description": "The city, such as Ярославль.", "data_type": "varchar"}
    rates = {
        **common,
        "resource_type": "model",
        "alias": "rates_v1",
        "access": "public",
        "config": {"meta": {"owner": "Marketing analytics"}},
        "contract": {"enforced": True},
        "columns": {"city": column},
        **model,
    }
    places = {**common, "resource_type": "seed", "name": "places", "columns": {"city": column}}
    return {"nodes": {"model.bank_churn.rates.v1": rates, "seed.bank_churn.places": places}}


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"description": " "}, "en: rates_v1: no description"),
        ({"description": "Город."}, "en: rates_v1: Cyrillic in an English description"),
        (
            {"columns": {"city": {"description": "", "data_type": "varchar"}}},
            "en: rates_v1.city: no description",
        ),
        (
            {"columns": {"city": {"description": "The city."}}},
            "en: rates_v1.city: not in the contract (no data_type)",
        ),
        ({"columns": {}}, "en: rates_v1: no enforced contract"),
        ({"contract": {"enforced": False}}, "en: rates_v1: no enforced contract"),
        ({"config": {"meta": {}}}, "en: rates_v1: no owner in meta"),
    ],
)
def test_the_gate_can_close_on_a_model(model: dict, message: str):
    assert gaps(made_up_manifest(**model), "en", {"places": ["city"]}, {"Ярославль"}) == [message]


def test_the_gate_opens_for_a_described_project_and_ignores_internal_models():
    assert gaps(made_up_manifest(), "en", {"places": ["city"]}, {"Ярославль"}) == []
    hidden = made_up_manifest(access="protected", description="", columns={})
    assert gaps(hidden, "en", {"places": ["city"]}, {"Ярославль"}) == []


def test_the_gate_can_close_on_a_seed_and_on_a_language():
    assert gaps(made_up_manifest(), "en", {"places": ["city", "region"]}, {"Ярославль"}) == [
        "en: seed places.region: no description"
    ]
    assert gaps(made_up_manifest(), "en", {"places": []}, {"Ярославль"}) == [
        "en: seed places.city: described, but not in the file"
    ]
    english = made_up_manifest(description="One row per city.")
    assert gaps(english, "ru", {"places": ["city"]}, set()) == [
        "ru: rates_v1: a Russian description without a Russian word"
    ]


def test_labels_differ_between_the_languages(manifests: dict[str, dict]):
    """A label is one text per language, never the Russian one for both."""
    russian, english = (labelled_things(manifests[language]) for language in LANGUAGES)
    assert russian.keys() == english.keys()
    same = [name for name in russian if russian[name]["label"] == english[name]["label"]]
    assert same == []


@pytest.mark.parametrize(
    ("metric", "group", "owner", "message"),
    [
        ({"description": ""}, {}, "Analytics", "en: metrics churn_rate: no description"),
        ({"label": None}, {}, "Analytics", "en: label of metrics churn_rate: no description"),
        (
            {"label": "Доля оттока"},
            {},
            "Analytics",
            "en: label of metrics churn_rate: Cyrillic in an English description",
        ),
        ({}, {"description_en": ""}, "Analytics", "en: group marts: no description"),
        ({}, {}, None, "en: exposures page: no owner"),
    ],
)
def test_the_gate_can_close_on_metrics_groups_and_exposures(
    metric: dict, group: dict, owner: str | None, message: str
):
    texts = {"description": "Churned clients among all.", "label": "Churn rate"}
    manifest = made_up_manifest() | {
        "metrics": {"metric": {"name": "churn_rate", **texts, **metric}},
        "exposures": {"exposure": {"name": "page", **texts, "owner": {"name": owner}}},
        "groups": {
            "group": {"name": "marts", "config": {"meta": {"description_en": "Public marts.", **group}}}
        },
    }
    assert gaps(manifest, "en", {"places": ["city"]}, {"Ярославль"}) == [message]


def test_the_gate_can_close_on_a_macro():
    macro = {
        "name": "half",
        "package_name": "bank_churn",
        "original_file_path": "macros/numbers/halves.sql",
        "macro_sql": "{% macro half(column, whole=true) -%} {%- endmacro %}",
        "description": "Half of a number.",
        "arguments": [{"name": "column", "type": None, "description": "A number."}],
    }
    assert macro_gaps({"macros": {"macro.bank_churn.half": macro}}) == [
        "half stands in macros/numbers/halves.sql",
        "half: no description with an example in macros/_macros.yml",
        "half: takes ['column', 'whole'], but ['column'] are described",
        "half: column: no type or no description",
    ]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git repository: the list of tracked files is unknown")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def index_addresses() -> re.Pattern[str]:
    """Hosts of package registries and options that name an index, joined so that this file names none."""
    hosts = (
        *("pypi" + ".org", "pypi" + ".python" + ".org", "pypi" + ".io", "python" + "hosted.org"),
        *(
            "registry.npm" + "js.org",
            "registry.yarn" + "pkg.com",
            "conda.ana" + "conda.org",
            "crates" + ".io",
        ),
        *("proxy.go" + "lang.org", "hub.get" + "dbt.com"),
    )
    options = (
        "--index" + "-url",
        "--extra-index" + "-url",
        "--default" + "-index",
        "pip_index" + "_url",
        "uv_" + "index",
    )
    path = "https?://[^ \"'`)]*/" + "simple\\b"
    return re.compile("|".join([*map(re.escape, (*hosts, *options)), path]), re.IGNORECASE)


def test_the_pattern_finds_an_index_and_lets_the_lock_command_pass():
    pattern = index_addresses()
    for line in ("--index" + "-url x", "https://mirror.example/api/" + "simple/", "PIP_INDEX" + "_URL=x"):
        assert pattern.search(line), line
    assert not pattern.search("uv pip compile --no-emit-index" + "-url https://example.org/simpler")


def test_no_tracked_file_names_a_package_index():
    pattern = index_addresses()
    named = []
    for path in tracked_files():
        lines = path.read_text(encoding="utf-8", errors="ignore").splitlines()
        named += [
            f"{path.relative_to(ROOT)}:{number}"
            for number, line in enumerate(lines, 1)
            if pattern.search(line)
        ]
    assert not named, "a package index is named at " + ", ".join(named)


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_with_hashes(name: str):
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert lines
    loose = [
        line.split(" ")[0]
        for line in lines
        if not re.match(r"[\w.\-\[\],]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ]
    assert not loose, f"{name}: not pinned with a hash: {', '.join(loose)}"


def test_every_list_pins_a_package_to_the_same_version():
    pinned: dict[tuple[str, str], set[str]] = {}
    for name in LOCKS:
        text = (ROOT / name).read_text(encoding="utf-8")
        for package, version, where in re.findall(r"^([\w.-]+)[^\s=]*==(\S+)([^\\\n]*)", text, re.MULTILINE):
            pinned.setdefault((package, where.strip()), set()).add(version)
    assert len(pinned) > 100
    assert not [key for key, versions in pinned.items() if len(versions) > 1]
    assert "dbt-core-experimental-parser" not in {package for package, _ in pinned}
