"""`sanggar items stats|calibrate|score`: names in the JSON, tables, one-line errors."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.measurement.published import LSAT6

from sanggar.cli.items import items

pytestmark = pytest.mark.once


@pytest.fixture
def table(tmp_path):
    """Return LSAT section 6 as R writes it."""
    path = tmp_path / "lsat6.csv"
    lines = [",".join([*pattern, str(freq)]) for pattern, freq in LSAT6.items()]
    header = ",".join(f'"Item_{i}"' for i in range(1, 6)) + ',"Freq"'
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def run(*arguments: object) -> str:
    """Run a command that must succeed; return what it prints."""
    done = CliRunner().invoke(items, [str(a) for a in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_calibrate_prints_the_promised_names(table):
    found = json.loads(run("calibrate", table, "--model", "2pl", "--json"))
    assert found["N"] == 1000
    assert found["logLik"] == pytest.approx(-2466.653378, abs=1e-5)
    assert {"name", "a", "b", "c", "se_a", "se_b"} <= set(found["items"][0])
    assert found["items"][0]["name"] == "Item_1"
    assert found["items"][0]["b"] == pytest.approx(-3.358815, abs=1e-4)
    assert found["converged"] is True
    rasch = json.loads(run("calibrate", table, "--model", "rasch", "--json"))
    assert rasch["items"][0]["se_a"] is None
    graded = json.loads(run("calibrate", table, "--model", "grm", "--json"))
    assert len(graded["items"][0]["b"]) == len(graded["items"][0]["se_b"]) == 1
    assert "log-likelihood -2466.6534" in run("calibrate", table, "--model", "2pl")


@pytest.mark.parametrize(
    ("method", "first"),
    [("eap", (-1.89677, 0.801278)), ("map", (-1.895259, 0.795525)), ("wle", (-5.7039, 2.0505))],
)
def test_score_prints_one_entry_a_row(table, tmp_path, method, first):
    direct = json.loads(run("score", table, "--model", "2pl", "--method", method, "--json"))
    row = direct["persons"][0]
    assert (row["theta"], row["se"]) == pytest.approx(first, abs=5e-4)
    assert len(direct["persons"]) == 30
    assert direct["theta"][0] == row["theta"]
    bank = tmp_path / "bank.json"
    bank.write_text(run("calibrate", table, "--model", "2pl", "--json"))
    again = json.loads(run("score", table, "--parameters", bank, "--method", method, "--json"))
    assert again["theta"] == pytest.approx(direct["theta"])
    assert run("score", table, "--parameters", bank).count("\n") == 31


def test_stats_prints_every_statistic_by_name(table):
    found = json.loads(run("stats", table, "--json", "--options", "5", "--language", "en"))
    assert found["N"] == 1000
    assert set(found["test"]) >= {
        "mean", "median", "sd", "skewness", "kurtosis", "cic", "alpha", "error_ratio",
        "standard_error", "distribution",
    }  # fmt: skip
    assert found["test"]["alpha"] == pytest.approx(0.2950, abs=5e-5)
    item = found["items"][0]
    assert set(item) >= {
        "name", "facility", "sd", "discrimination_index", "discriminative_efficiency",
        "intended_weight", "effective_weight", "random_guess_score", "point_biserial",
        "item_rest_correlation", "alpha_if_deleted", "flags",
    }  # fmt: skip
    assert item["facility"] == pytest.approx(0.924)
    assert item["random_guess_score"] == pytest.approx(0.2)
    assert item["advice"][0]["flag"] == "too_easy"
    assert "More than 90%" in item["advice"][0]["advice"]
    text = run("stats", table)
    assert "too_easy: Lebih dari 90%" in text
    assert "Item_5" in text


def test_stats_of_chosen_options(tmp_path):
    (tmp_path / "chosen.csv").write_text("Q1,Q2,freq\na,b,20\nb,b,20\n,a,10\n")
    (tmp_path / "keys.csv").write_text("name,key\nQ1,a\nQ2,a|b\n")
    arguments = ("stats", tmp_path / "chosen.csv", "--key", tmp_path / "keys.csv")
    found = json.loads(run(*arguments, "--json"))
    first, second = found["items"]
    assert first["facility"] == pytest.approx(0.4)
    assert second["facility"] == 1.0
    assert [(o["option"], o["key"], o["chosen"]) for o in first["options"]] == [
        ("a", True, 20), ("b", False, 20), ("", False, 10),
    ]  # fmt: skip
    assert "*a" in run(*arguments)
    (tmp_path / "keys.csv").write_text("name,key\nQ1,a\n")
    refused = CliRunner().invoke(items, [str(a) for a in arguments])
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert f"{tmp_path / 'keys.csv'}: the table of keys has no key of Q2" in refused.stderr


@pytest.mark.parametrize(
    ("text", "arguments", "code", "word"),
    [
        ("", ["calibrate", "--model", "2pl"], 1, "empty"),
        ("A,B\n1,x\n", ["stats"], 1, "table.csv:2: “x”"),
        ("A,B\n1,1\n1,1\n", ["calibrate", "--model", "2pl"], 1, "no item"),
        ("A,B\n1,2\n0,1\n1,0\n", ["calibrate", "--model", "2pl"], 1, "use grm or gpcm"),
        ("A,B\n1,0\n", ["calibrate", "--model", "5pl"], 2, "5pl"),
        ("A,B\n1,0\n", ["calibrate"], 2, "--model is needed"),
        ("A,B\n1,0\n", ["score"], 2, "--parameters is needed"),
        ("A,B\n1,0\n", ["stats", "--max", "C=2"], 2, "C=2"),
        ("A,B\n1,0\n", ["stats", "--max", "A=x"], 2, "A=x"),
        ("A,B\n3,0\n", ["stats", "--max", "A=2"], 1, "below a mark of 3"),
    ],
)
def test_errors_are_one_line_and_a_code(tmp_path, text, arguments, code, word):
    path = tmp_path / "table.csv"
    path.write_text(text)
    done = CliRunner().invoke(items, [arguments[0], str(path), *arguments[1:]])
    assert done.exit_code == code
    assert word in done.stderr
    assert "Traceback" not in done.output
    assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "no output of `calibrate"),
        ('{"items": [{"name": "Item_1", "a": 1}], "model": "2pl"}', "no output of `calibrate"),
        ('{"items": [{"name": "Item_1", "a": 1, "b": 0}], "model": "x"}', "model x"),
        ('{"items": [{"name": "Z", "a": 1, "b": 0}], "model": "2pl"}', "no column"),
        ('{"items": [{"name": "Item_1", "a": 1, "b": 0, "c": 2}], "model": "3pl"}', "asymptote"),
        ('{"items": [{"name": "Item_1", "a": 1, "b": 0, "scores": [0]}], "model": "2pl"}', "fit"),
    ],
)
def test_parameters_that_are_none(table, tmp_path, content, word):
    bank = tmp_path / "bank.json"
    bank.write_text(content)
    done = CliRunner().invoke(items, ["score", str(table), "--parameters", str(bank)])
    assert done.exit_code == 1
    assert word in done.stderr


def test_the_page_for_mentors_names_what_is_printed(table):
    page = (Path(__file__).parents[2] / "docs" / "mentors" / "statistics.md").read_text()
    _, section = page.split("## Names in the JSON")
    commands = re.split(r"^\* `(\w+)`:", section, flags=re.MULTILINE)[1:]
    for command, text in zip(commands[::2], commands[1::2], strict=True):
        named = set(re.findall(r"[A-Za-z_]+", " ".join(re.findall(r"`([^`]+)`", text))))
        model = [] if command == "stats" else ["--model", "2pl"]
        found = json.loads(run(command, table, *model, "--json"))
        inner = {"stats": ("test", "items"), "calibrate": ("items",), "score": ("persons",)}
        printed = set(found)
        for part in inner[command]:
            printed |= set(found[part][0] if isinstance(found[part], list) else found[part])
        assert printed <= named, (command, printed - named)
