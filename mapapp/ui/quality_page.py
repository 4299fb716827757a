"""Data quality: what may be wrong with the registry, check by check, with a way to each record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.errors import msgid
from mapapp.domain.quality import DuplicatePair, Finding, QualityCheck, QualityReport
from mapapp.presentation.escaping import plain_markdown
from mapapp.presentation.labels import label
from mapapp.presentation.quality_list import (
    PUBLIC_CHECKS,
    Summaries,
    advice,
    alike_text,
    counts_table,
    finding_text,
    findings_csv,
    pair_side,
    record_name,
)
from mapapp.ui.choice import NO_FILTERS, QUALITY_LINK, REGISTRY_LINK
from mapapp.ui.filters import choose_page, pages_of
from mapapp.ui.visit import Visit

_LISTED: Final = 20

_CHECKED: Final = msgid(
    "{records} records were checked on {day}. What is listed is a question to whoever keeps the record, "
    "not a verdict: a provider may well be right."
)
_APPROXIMATE: Final = msgid(
    "The boundaries are approximate, so only points far from every settlement of their hromada are called "
    "outside it."
)


def quality_page(visit: Visit) -> None:
    """Show the counts, and of the check chosen what it found."""
    t = visit.t
    report = visit.atlas.quality()
    findings = _public_findings(visit, report)
    counts = {check: sum(finding.check is check for finding in findings) for check in PUBLIC_CHECKS}
    st.markdown(t(_CHECKED, records=t.number(report.records_checked), day=report.as_of))
    _choose_check(visit, counts)
    check = visit.choice.check
    if check is None or check not in PUBLIC_CHECKS:
        st.html(counts_table(t, counts))
    else:
        _show_check(visit, report, check, [finding for finding in findings if finding.check is check])
    if not report.by_real_boundaries and check in {None, QualityCheck.OUTSIDE_HROMADA}:
        st.caption(t(_APPROXIMATE))
    visit.write_link(QUALITY_LINK)


def _public_findings(visit: Visit, report: QualityReport) -> list[Finding]:
    """Leave out whatever would point to a hidden place: see `PUBLIC_CHECKS`."""
    doubtful = [finding for finding in report.findings if finding.check is QualityCheck.DOUBTFUL_CATCHMENT]
    summaries = visit.atlas.summaries([finding.key for finding in doubtful if finding.key is not None])
    hidden = {key for key, summary in summaries.items() if summary.is_confidential}
    return [
        finding
        for finding in report.findings
        if finding.check in PUBLIC_CHECKS
        and not (finding.check is QualityCheck.DOUBTFUL_CATCHMENT and finding.key in hidden)
    ]


def _choose_check(visit: Visit, counts: dict[QualityCheck, int]) -> None:
    t, key = visit.t, "check"
    st.session_state[key] = visit.choice.check if visit.choice.check in PUBLIC_CHECKS else ""
    st.selectbox(
        t("Check"),
        ["", *PUBLIC_CHECKS],
        format_func=lambda check: (
            f"{label(t, check)}: {t.number(counts[check])}" if check else t("All checks")
        ),
        key=key,
        on_change=lambda: visit.change(check=st.session_state[key] or None),
    )


def _show_check(
    visit: Visit, report: QualityReport, check: QualityCheck, findings: Sequence[Finding]
) -> None:
    t = visit.t
    st.caption(advice(t, check))
    if not findings:
        st.success(t("Nothing was found: all is well here."))
        return
    found, download = st.columns([3, 1], vertical_alignment="center")
    found.markdown(f"**{t.plural('{n} finding', '{n} findings', len(findings))}**")
    with download:
        _offer_download(visit, report, check, findings)
    if check is QualityCheck.DUPLICATE:
        _show_pairs(visit, report.duplicates)
    else:
        _show_findings(visit, findings)


def _offer_download(
    visit: Visit, report: QualityReport, check: QualityCheck, findings: Sequence[Finding]
) -> None:
    def content() -> bytes:
        keys = [finding.key for finding in findings if finding.key is not None]
        return findings_csv(visit.t, findings, visit.atlas.summaries(keys))

    st.download_button(
        visit.t("Download the table (CSV for Excel)"),
        content,
        file_name=f"quality-{check}-{report.as_of.isoformat()}.csv",
        mime="text/csv",
        on_click="ignore",
        width="stretch",
    )


def _show_findings(visit: Visit, findings: Sequence[Finding]) -> None:
    shown = findings[_shown(visit, len(findings))]
    summaries = visit.atlas.summaries([finding.key for finding in shown if finding.key is not None])
    with st.container(key="listed"):
        for finding in shown:
            if finding.key is not None:
                _show_way(visit, finding.key, summaries)
            st.text(finding_text(visit.t, finding))
    choose_page(visit, len(findings), _LISTED)


def _show_pairs(visit: Visit, pairs: Sequence[DuplicatePair]) -> None:
    t = visit.t
    shown = pairs[_shown(visit, len(pairs))]
    summaries = visit.atlas.summaries([key for pair in shown for key in (pair.one, pair.other)])
    with st.container(key="listed"):
        for pair in shown:
            for key, side in zip((pair.one, pair.other), st.columns(2), strict=True):
                with side:
                    _show_way(visit, key, summaries)
                    st.html(pair_side(t, key, summaries))
            st.text(alike_text(t, pair))
    choose_page(visit, len(pairs), _LISTED)


def _shown(visit: Visit, total: int) -> slice:
    last = pages_of(total, _LISTED)
    if visit.choice.page > last:
        visit.change(page=last)
    first = (visit.choice.page - 1) * _LISTED
    return slice(first, first + _LISTED)


def _show_way(visit: Visit, key: RecordKey, summaries: Summaries) -> None:
    """Show the way to the record of a point, or to the points of an organisation."""
    name = f"**{plain_markdown(record_name(summaries, key))}**"
    opened = {"point": key.id} if key.kind is RecordKind.POINT else {"text": key.id, "point": None}
    st.page_link(
        visit.pages["registry"],
        label=name,
        query_params=visit.link(REGISTRY_LINK, **{**NO_FILTERS, **opened}),
    )
