"""The legend in words: a swatch, a name and a meaning for each state of a hromada."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from mapapp.domain.coverage import CoverageState
from mapapp.presentation.labels import label
from mapapp.presentation.messages import Translator


def state_legend(t: Translator, meanings: Mapping[CoverageState, str]) -> Markup:
    """Return the states as terms with their meanings (msgids), in the order of the mapping."""
    return Markup('<dl class="legend">{}</dl>').format(
        Markup().join(
            Markup('<div><dt><i class="swatch state-{}"></i>{}</dt><dd>{}</dd></div>').format(
                state, label(t, state), t(meaning)
            )
            for state, meaning in meanings.items()
        )
    )
