"""Settings: which one wins, and that an unknown or impossible one is named."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from index.errors import SettingsError
from index.settings import NOT_SETTINGS, Settings, load


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text):
    Path("qa.toml").write_bytes(text.encode() if isinstance(text, str) else text)


def test_without_anything_the_defaults():
    assert load() == Settings.model_construct()
    assert str(load().home) == ".qa"


def test_arguments_win_over_variables_and_variables_over_the_file(monkeypatch):
    write("port = 7001\nquotes = 2\nbatch_size = 16")
    monkeypatch.setenv("QA_PORT", "7002")
    monkeypatch.setenv("QA_QUOTES", "4")
    settings = load(port=7003, quotes=None)
    assert (settings.port, settings.quotes, settings.batch_size) == (7003, 4, 16)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prot = 1", "qa.toml: unknown key “prot” (did you mean “port”?)"),
        ("zzzzzzzz = 1", "qa.toml: unknown key “zzzzzzzz”."),
        ("port = 70000", "port = 70000"),
        ("port = 'x'", "port = 'x'"),
        ("dense_weight = 1.5", "dense_weight = 1.5"),
        ("bm25_k1 = 0", "bm25_k1 = 0"),
        ("quote_words = 81", "quote_words = 81"),
        ("vectors = 'milvus'", "vectors = 'milvus'"),
        ("port = ", "qa.toml is not valid TOML"),
        (b"port = 1 # \xff", "qa.toml is not valid TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(text, says):
    write(text)
    with pytest.raises(SettingsError) as told:
        load()
    assert says in str(told.value)


def test_what_is_wrong_in_a_variable_is_named(monkeypatch):
    monkeypatch.setenv("QA_PROT", "1")
    with pytest.raises(SettingsError, match=r"QA_PROT is set but is no setting \(did you mean “port”"):
        load()
    monkeypatch.delenv("QA_PROT")
    monkeypatch.setenv("QA_PORT", "0")
    with pytest.raises(SettingsError, match="port = '0'"):
        load()


def test_an_argument_out_of_range_is_named():
    with pytest.raises(SettingsError, match="Setting quotes = 21"):
        load(quotes=21)


def test_variables_that_others_read_are_no_settings(monkeypatch):
    for name in NOT_SETTINGS:
        monkeypatch.setenv(name, "/data")
    assert load() == Settings.model_construct()


def test_settings_are_frozen():
    with pytest.raises(ValidationError):
        load().port = 1


def test_every_setting_says_what_it_is():
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
