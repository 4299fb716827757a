"""The small print in words: what each colour means, and who published which edition of what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from mapapp.domain.coverage import CoverageState
from mapapp.domain.gazetteer import SourceEdition
from mapapp.presentation.escaping import escape
from mapapp.presentation.labels import edition, label
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


def source_list(t: Translator, sources: Iterable[SourceEdition]) -> Markup:
    """Return each source with its edition, licence and the words that must stand beside its data."""
    return Markup('<ul class="sources">{}</ul>').format(
        Markup().join(
            Markup("<li><strong>{}</strong><br>{}<br>{}<br>{}</li>").format(
                escape(source.title),
                t("Edition: {edition}", edition=edition(t, source.edition)),
                escape(t("Licence: {licence}", licence=source.licence)),
                escape(source.attribution),
            )
            for source in sources
        )
    )
