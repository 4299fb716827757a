"""What an installation chooses comes from the environment; without it all commands of a checkout agree."""

from __future__ import annotations

from mapapp.settings import read_settings


def test_a_checkout_keeps_its_data_in_its_own_folder(repo_root):
    settings = read_settings({})
    assert settings.data_dir == repo_root / ".data"
    assert settings.database_url == f"sqlite:///{repo_root}/.data/mapapp.sqlite3"


def test_the_environment_moves_the_data(tmp_path):
    assert read_settings({"MAPAPP_DATA_DIR": str(tmp_path)}).data_dir == tmp_path


def test_an_address_given_wins_over_the_environment():
    environment = {"MAPAPP_DATABASE_URL": "sqlite:////other.sqlite3"}
    assert read_settings(environment).database_url == "sqlite:////other.sqlite3"
    assert read_settings(environment, database_url="sqlite:////this.sqlite3").database_url.endswith(
        "this.sqlite3"
    )
