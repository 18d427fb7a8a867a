"""Settings: one table, clear refusals, safe by default."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanggar.app import create_app
from sanggar.kernel.config import Settings, SettingsError

KEY = "k" * 40

pytestmark = pytest.mark.once


def test_production_refuses_to_start_without_a_secret_key() -> None:
    with pytest.raises(SettingsError, match="SANGGAR_SECRET_KEY"):
        Settings.load({})


@pytest.mark.parametrize("key", ["", "secret", "dev", "short-but-not-known"])
def test_weak_keys_are_refused(key: str) -> None:
    with pytest.raises(SettingsError, match="32 random characters"):
        Settings.load({"SANGGAR_SECRET_KEY": key})


def test_production_cookies_are_secure(tmp_path: Path) -> None:
    settings = Settings.load({"SANGGAR_SECRET_KEY": KEY, "SANGGAR_DATA_DIR": str(tmp_path)})
    app = create_app(settings)
    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert app.config["SESSION_COOKIE_HTTPONLY"] is True
    assert app.config["SECRET_KEY"] == KEY


def test_demo_starts_without_a_key() -> None:
    assert Settings.load({"SANGGAR_MODE": "demo"}).secure is False


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SANGGAR_WORKERS", "two", "use a whole number"),
        ("SANGGAR_STRICT_PLUGINS", "maybe", "use 1 or 0"),
        ("SANGGAR_MODE", "developement", "use production, demo or test"),
        ("SANGGAR_WORKER", "both", "use embedded or separate"),
        ("SANGGAR_DATABSE_URL", "x", "is not a setting"),
    ],
)
def test_bad_values_name_the_variable_and_the_remedy(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        Settings.load({"SANGGAR_SECRET_KEY": KEY, name: value})
    assert name in str(caught.value)


def test_values_are_read_with_their_kind() -> None:
    loaded = Settings.load({
        "SANGGAR_SECRET_KEY": KEY, "SANGGAR_WORKERS": "5", "SANGGAR_STRICT_PLUGINS": "yes",
        "SANGGAR_PROGRAMME": "Program Uji",
    })  # fmt: skip
    assert (loaded.workers, loaded.strict_plugins, loaded.programme) == (5, True, "Program Uji")


def test_sqlite_in_the_data_folder_is_the_default(tmp_path: Path) -> None:
    loaded = Settings.load({"SANGGAR_SECRET_KEY": KEY}, data_dir=str(tmp_path))
    assert loaded.database == f"sqlite:///{tmp_path / 'sanggar.db'}"
