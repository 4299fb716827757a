"""How text from people enters HTML, and values enter a script: the one place that decides."""

from __future__ import annotations

import json
import re
import string
from typing import Final

from markupsafe import Markup
from markupsafe import escape as _escape

# Any of these could end the script element, open a comment in it or break a line of JavaScript (OWASP, XSS
# prevention rule 3); as \\uXXXX they mean the same to JSON.parse and to a script.
_UNSAFE_IN_SCRIPT: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'\u2028\u2029"}

# branca takes a rendered script for a template again, so «{{ … }}» in a name would run on the server. JSON's
# own braces are never followed by these signs.
_TEMPLATE_BRACE: Final = re.compile(r"\{(?=[{%#])")

_PUNCTUATION: Final = re.compile(f"[{re.escape(string.punctuation)}]")


def escape(text: object) -> Markup:
    """Return the text as HTML that shows it: for element content and for quoted attributes.

    Markup that is safe already (made by this function or by a template) is left as it is.

    >>> escape('<b>"Надія" & Ко</b>')
    Markup('&lt;b&gt;&#34;Надія&#34; &amp; Ко&lt;/b&gt;')
    """
    return _escape(text)


def plain_markdown(text: str) -> str:
    r"""Return the text as Markdown that shows it: for the labels of links, which Streamlit takes for such.

    A backslash before any sign of ASCII punctuation makes it a plain sign (CommonMark 0.31, section 2.4).

    >>> plain_markdown("![Надія](http://x) *")
    '\\!\\[Надія\\]\\(http\\:\\/\\/x\\) \\*'
    """
    return _PUNCTUATION.sub(r"\\\g<0>", " ".join(text.split()))


def script_json(value: object) -> Markup:
    r"""Return the value as JSON that may stand inside a `<script>` element, even one folium writes.

    >>> script_json({"name": "</script>"})
    Markup('{"name":"\\u003c/script\\u003e"}')
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE_IN_SCRIPT)
    return Markup(_TEMPLATE_BRACE.sub(r"\\u007b", text))  # noqa: S704 - made safe by these two lines
