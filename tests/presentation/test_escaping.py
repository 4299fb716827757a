"""Whatever people write stays text, in HTML and inside a script."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template
from markupsafe import Markup

from mapapp.presentation.escaping import escape, script_json

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.text())
def test_escaped_text_has_no_sign_that_means_something_in_html(text):
    escaped = escape(text)
    assert not set("<>\"'") & set(escaped)
    assert Markup(escaped).unescape() == text


@given(json_values)
def test_script_json_means_the_value_and_cannot_leave_its_script(value):
    text = script_json(value)
    assert not set("<>&'\u2028\u2029") & set(text)
    assert not re.search("{[{%#]", text)
    assert json.loads(text) == value


@given(st.text(alphabet='{}%#\\"a '))
def test_no_text_in_a_script_is_a_template(text):
    assert json.loads(Template(script_json([text])).render()) == [text]


def test_a_name_cannot_close_the_script_it_stands_in():
    assert "</script>" not in script_json({"name": "</script><script>alert(1)</script>"})


def test_safe_markup_is_not_escaped_twice():
    assert escape(escape("<b>")) == "&lt;b&gt;"
