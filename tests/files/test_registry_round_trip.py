"""Whatever a registry says is read back as written, and whatever a file holds is answered in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapapp.domain.errors import InvalidInputError
from mapapp.domain.registry import Registry
from mapapp.files.registry_writer import registry_lines


@given(data=st.data())
def test_any_registry_written_and_read_is_the_same(gazetteer, read, any_registry, data):
    registry = data.draw(any_registry)
    assert read("\n".join(registry_lines(registry, gazetteer, ["Опис", ""]))) == registry


@pytest.fixture(scope="module")
def providers(repo_root):
    """The first points of the shipped file."""
    text = (repo_root / "providers.yaml").read_text("utf-8")
    points = text.index("\npoints:\n")
    return text[: text.index("\n  - id: ", points + 4000)]


def test_the_beginning_of_the_shipped_file_is_itself_a_registry(read, providers):
    assert len(read(providers).points) > 2


def answers_in_words(read, content) -> bool:
    """Tell whether the content is read, or else refused with sentences that can be said."""
    try:
        return isinstance(read(content), Registry)
    except InvalidInputError as refused:
        return bool(refused.faults) and all(str(fault) for fault in refused.faults)


SIGNS = ["\n", "\n  - ", "\n    ", ": ", "- ", *"[]{}\"'~|>#?%@\t\0", "&a ", "*a", "!!x "]
WORDS = ["UA53080170000047487", "withheld", "catchment: ", "demo: true", "9" * 5000]
WRITTEN = st.sampled_from(SIGNS + WORDS)
PLACES = st.floats(0, 1, exclude_max=True)


@given(edits=st.lists(st.tuples(PLACES, st.integers(0, 60), st.lists(WRITTEN).map("".join)), min_size=1))
@settings(max_examples=150)
def test_a_mistyped_file_is_read_or_refused_in_words(read, providers, edits):
    text = providers
    for place, length, inserted in edits:
        start = int(place * len(text))
        text = text[:start] + inserted + text[start + length :]
    assert answers_in_words(read, text)


@given(edits=st.lists(st.tuples(PLACES, st.integers(0, 9), st.binary(max_size=9)), min_size=1))
def test_a_damaged_file_is_read_or_refused_in_words(read, providers, edits):
    content = providers.encode()
    for place, length, inserted in edits:
        start = int(place * len(content))
        content = content[:start] + inserted + content[start + length :]
    assert answers_in_words(read, content)


@given(
    field=st.sampled_from(["id", "kind", "name", "hromada", "coordinates", "phones", "offerings", "demo"]),
    value=st.recursive(
        st.sampled_from(["~", '""', "0", "-1", "2026-02-30", "x", "UA", "true", "home-care", "1e999", "😀"]),
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
            | st.dictionaries(
                st.sampled_from(["area", "service", "lat", "lon", "basis", "places"]), inner
            ).map(lambda fields: "{" + ", ".join(f"{name}: {one}" for name, one in fields.items()) + "}")
        ),
        max_leaves=6,
    ),
)
def test_any_value_in_any_field_is_read_or_refused_in_words(read, providers, field, value):
    points = providers.index("\npoints:\n")
    start = providers.index(f" {field}:", points)
    end = providers.index("\n    ", start)
    assert answers_in_words(read, f"{providers[:start]} {field}: {value}{providers[end:]}")
