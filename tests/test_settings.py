"""A setting is taken as given or refused with what is accepted."""

import pytest

from rag.errors import SettingsError
from rag.settings import BUILTIN_MODEL, Settings


def test_without_variables_the_defaults_hold() -> None:
    assert Settings.from_env({"PATH": "/bin"}) == Settings()
    assert Settings().embedding_model == str(BUILTIN_MODEL)


def test_variables_are_read(tmp_path) -> None:
    settings = Settings.from_env({"CHUANCE_HOME": str(tmp_path), "CHUANCE_PORT": "8080", "CHUANCE_HOST": ""})

    assert (settings.home, settings.port, settings.host) == (tmp_path, 8080, "127.0.0.1")


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"CHUANCE_HOMES": "x"}, "CHUANCE_HOMES.*CHUANCE_HOME"),
        ({"CHUANCE_PORT": "八千"}, "CHUANCE_PORT 应为"),
        ({"CHUANCE_PORT": "70000"}, "70000"),
    ],
)
def test_what_cannot_be_used_is_named(environment: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings.from_env(environment)
