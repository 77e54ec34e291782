"""`make example`: an example on an installation that somebody else started."""

from pathlib import Path

import pytest

from hygge_local import example
from hygge_local.example import PASSWORD_FILE, Elsewhere, main, read
from hygge_local.ports import any_ports


def test_by_default_it_is_the_compose_stack_of_this_machine() -> None:
    chosen = read([])
    assert chosen.url == "http://127.0.0.1:8080"
    assert chosen.password_file == PASSWORD_FILE
    assert PASSWORD_FILE.parts[-3:] == ("deploy", "secrets", "admin_password")


def test_the_password_is_taken_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "password"
    file.write_text("something long\n")
    seen: list[Elsewhere] = []

    def show(there: Elsewhere, *_: object, rerun: bool) -> int:
        seen.append(there)
        return 7

    monkeypatch.setattr("sys.argv", ["example", "--url", "http://127.0.0.1:1/", "--password-file", str(file)])
    monkeypatch.setattr(example.demo, "show", show)
    main()
    assert (seen[0].url, seen[0].admin.password, dict(seen[0].phases)) == ("http://127.0.0.1:1", "something long", {})


@pytest.mark.parametrize("has_file", [True, False])
def test_a_failure_is_told_in_a_line(
    has_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "password"
    if has_file:
        file.write_text("something long")
    url = f"http://127.0.0.1:{any_ports(1)[0]}"
    monkeypatch.setattr("sys.argv", ["example", "--url", url, "--password-file", str(file)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "The example failed." in capsys.readouterr().out
