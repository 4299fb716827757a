"""scripts/messages finds every sentence the code says, however written, and checks translations."""

import ast
import importlib.machinery
import importlib.util
from pathlib import Path

import pytest
from babel.messages import Catalog


@pytest.fixture(scope="module")
def script(repo_root: Path):
    loader = importlib.machinery.SourceFileLoader("messages_script", str(repo_root / "scripts" / "messages"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("messages_script", loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('t("One {n}", n=t.number(1))', ["One {n}"]),
        ('visit.t("a" "b")', ["ab"]),
        ('t("yes" if so else "no")', ["yes", "no"]),
        ('t.plural("{n} x", "{n} xs", len(f(t, 1)), label=t("y"))', [("{n} x", "{n} xs"), "y"]),
        ('WORDS = {1: msgid("Word")}', ["Word"]),
        ('raise UsageError("Wrong {thing}", thing=1)', ["Wrong {thing}"]),
        ('raise InvalidInputError("Faults: {count}", faults, count=2)', ["Faults: {count}"]),
        ('Fault("bad {x}", {"x": 1}, file="a b.csv")', ["bad {x}"]),
        (
            'tables.fault("units.csv", 3, "the column {column} is missing", column="name")',
            ["the column {column} is missing"],
        ),
        ('record.fault(problem, "name")', []),
        ('load(rows, step="Storing providers")', ["Storing providers"]),
        ('step, steps = "Drawing", 5', ["Drawing"]),
        ("t(sentence)", []),
    ],
)
def test_sentences_are_found_in(script, code, said):
    found = [sentence for node in ast.walk(ast.parse(code)) for sentence in script.said_by(node)]
    assert sorted(found, key=str) == sorted(said, key=str)


@pytest.fixture
def faults_of(script, monkeypatch):
    """What is wrong with a catalogue that holds these translations, when the code says these sentences."""

    def faults(said, translated):
        template, catalogue = Catalog(), Catalog(locale="uk")
        for sentence in said:
            template.add(sentence)
        for sentence, text in translated.items():
            catalogue.add(sentence, text)
        monkeypatch.setattr(script, "read", lambda _language: catalogue)
        return [fault.partition(":")[0] for fault in script.faults("uk", template)]

    return faults


def test_a_complete_catalogue_has_no_fault(faults_of):
    plural = ("{n} place", "{n} places")
    translated = {"Close": "Закрити", plural: ("{n} місце", "{n} місця", "{n} місць")}
    assert not faults_of(["Close", plural], translated)


@pytest.mark.parametrize(
    ("translated", "fault"),
    [
        ({}, "missing"),
        ({"Hello {name}": ""}, "untranslated"),
        ({"Hello {name}": "Вітаємо"}, "places in braces differ"),
        ({"Hello {name}": "Вітаємо, {nmae}"}, "places in braces differ"),
        ({"Hello {name}": "Вітаємо, {name}", "Gone": "Немає"}, "no longer used"),
    ],
)
def test_a_fault_of_the_catalogue_is_named(faults_of, translated, fault):
    assert faults_of(["Hello {name}"], translated) == [fault]


def test_a_plural_with_a_form_missing_is_untranslated(faults_of):
    plural = ("{n} place", "{n} places")
    assert faults_of([plural], {plural: ("{n} місце", "", "{n} місць")}) == ["untranslated"]
