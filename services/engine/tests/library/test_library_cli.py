"""The command `hygge`, as a shell runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from hygge_engine import simulate
from hygge_engine.cli import main

EXAMPLE = Path(__file__).parents[4] / "examples" / "all_devices"
TWO_DAYS = ("--start", "2019-06-03", "--end", "2019-06-05")


def shell(*arguments: object) -> "subprocess.CompletedProcess[str]":
    hygge = Path(sys.executable).parent / "hygge"
    return subprocess.run([hygge, *map(str, arguments)], capture_output=True, text=True, timeout=280, check=False)


def test_a_simulation_writes_what_the_library_says(tmp_path: Path) -> None:
    out, days = tmp_path / "r.parquet", tmp_path / "d.csv"
    done = shell(
        "simulate", EXAMPLE / "community.json", *TWO_DAYS, "--allocation", "greedy", "--out", out, "--days", days,
        "--summary", "json", "--retail", "0.3", "--set", "fees.taxes_eur_per_kwh=0.2", "--set", "fees.platform_fee=0",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    expected = simulate(
        EXAMPLE, start="2019-06-03", end="2019-06-05", allocation="greedy",
        tariff={"retail_eur_per_kwh": 0.3},
        fees={"platform_fee": 0, "local_grid_fee_eur_per_kwh": 0.04, "between_grid_fee_eur_per_kwh": 0.06,
              "grid_fee_eur_per_kwh": 0.08, "taxes_eur_per_kwh": 0.2},
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert said["digest"] == expected.digest
    assert said["summary"] == expected.summary
    assert set(said["proof"]) == set(expected.proof)
    table = pq.read_table(out)
    assert table.num_rows == (7 + 2 + 1) * 192
    assert table["grid_kw"].to_pylist() == expected.to_table()["grid_kw"].to_pylist()
    assert len(days.read_text().splitlines()) == 10 * 2 + 1


def test_a_summary_for_people_and_no_bar_outside_a_terminal() -> None:
    done = shell("simulate", EXAMPLE, *TWO_DAYS)
    assert (done.returncode, done.stderr) == (0, "")
    assert "self_sufficiency_rate" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("digest ")


def test_findings_go_to_the_error_stream() -> None:
    done = shell("simulate", EXAMPLE, "--year", "2031", "--pricing", "fixed")
    assert (done.returncode, done.stdout) == (2, "")
    assert "fixed_price_eur_per_kwh: is needed by pricing 'fixed'" in done.stderr
    assert "profiles.Potsdam 2019 sun: covers 2018-12-31T23:00:00Z" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["simulate"],
        ["simulate", "nowhere.json"],
        ["simulate", str(EXAMPLE), "--allocation", "lottery"],
        ["simulate", str(EXAMPLE), *TWO_DAYS, "--out", "results.xlsx"],
        ["simulate", str(EXAMPLE), *TWO_DAYS, "--set", "fees"],
        ["simulate", str(EXAMPLE), *TWO_DAYS, "--set", "fees.tax=1"],
        ["estimate", str(EXAMPLE), "--end", "2018-01-01"],
        ["burn"],
    ],
)
def test_a_wrong_command_line_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(arguments)
    except SystemExit as left:
        code = int(left.code or 0)
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err


def test_output_that_can_t_be_written_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = tmp_path / "nowhere" / "r.parquet"
    assert main(["simulate", str(EXAMPLE), *TWO_DAYS, "--out", str(where), "--quiet"]) == 1
    assert "r.parquet" in capsys.readouterr().err


def test_an_estimate_says_how_large_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", str(EXAMPLE), "--year", "2019"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["houses"], said["steps"], said["rows"]) == (7, 35_040, 10 * 35_040)
    assert said["memory_mb"] > 100
    assert main(["estimate", str(EXAMPLE), "--year", "2019", "--detail", "day"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 10 * 365


def test_settings_of_nested_parameters_keep_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["simulate", str(EXAMPLE), *TWO_DAYS, "--summary", "json", "--storage-strategy", "time_of_use"]
    both = ["--set", "storage.charge_below_eur_per_kwh=0.22", "--set", "storage.discharge_above_eur_per_kwh=0.27"]
    assert main([*arguments, *both]) == 0
    given = json.loads(capsys.readouterr().out)
    expected = simulate(
        EXAMPLE, start="2019-06-03", end="2019-06-05", storage_strategy="time_of_use",
        storage={"charge_below_eur_per_kwh": 0.22, "discharge_above_eur_per_kwh": 0.27},
    )  # fmt: skip
    assert given["digest"] == expected.digest
