"""What a person reads of the quality of the registry: counts, findings, and pairs of probable duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.errors import msgid
from mapapp.domain.quality import DuplicatePair, Finding, QualityCheck
from mapapp.domain.registry_questions import RecordSummary
from mapapp.presentation.csv_table import excel_csv
from mapapp.presentation.facts import facts, joined, lines, phone_link
from mapapp.presentation.labels import label
from mapapp.presentation.messages import Translator

Summaries = Mapping[RecordKey, RecordSummary]

PUBLIC_CHECKS: Final[tuple[QualityCheck, ...]] = tuple(
    check for check in QualityCheck if check is not QualityCheck.TELLS_PLACE
)
"""A list of records that may tell where a hidden place is would be a list of where to look."""

_ADVICE: Final[Mapping[QualityCheck, str]] = MappingProxyType(
    {
        QualityCheck.DUPLICATE: msgid("Two records that are probably one. Compare them, then merge them."),
        QualityCheck.OUTSIDE_HROMADA: msgid(
            "The coordinates are not in the hromada of the address. One of the two is wrong."
        ),
        QualityCheck.UNKNOWN_CODE: msgid(
            "A code of a unit or service that no official list has, or an EDRPOU code with a mistyped digit."
        ),
        QualityCheck.DOUBTFUL_CATCHMENT: msgid("A service that serves nobody today. State whom it serves."),
        QualityCheck.CONTRACT_ENDED: msgid("The contract between hromadas is over. Prolong or remove it."),
        QualityCheck.CONTRACT_ENDING: msgid(
            "The contract between hromadas ends soon. Ask about the next one."
        ),
        QualityCheck.NEVER_VERIFIED: msgid("Nobody has verified the record. Call the provider."),
        QualityCheck.STALE: msgid(
            "The record was verified longer ago than its services allow. Call the provider."
        ),
        QualityCheck.NO_PHONE: msgid("Nobody can call the provider. Find its telephone."),
        QualityCheck.NO_HOURS: msgid("It is not known when the provider works. Ask it."),
        QualityCheck.UNCLEAR_HOURS: msgid(
            "The hours cannot be read as a timetable. Write them like «Пн–Пт 9:00–18:00»."
        ),
        QualityCheck.NO_CAPACITY: msgid(
            "It is not known how many people the service takes. Ask the provider."
        ),
        QualityCheck.COARSE_COORDINATES: msgid(
            "The place is known to the hromada only, so distances are rough. State the address."
        ),
        QualityCheck.NO_POINTS: msgid("The organisation has no place where it gives services. Add one."),
        QualityCheck.NO_OFFICIAL_CODE: msgid(
            "No source states the official code of the service. Load the official classifier."
        ),
    }
)


def advice(t: Translator, check: QualityCheck) -> str:
    """Return what a check means and what to do about its findings."""
    return t(_ADVICE[check])


def counts_table(t: Translator, counts: Mapping[QualityCheck, int]) -> Markup:
    """Return every check with how many findings it has and what it means."""
    rows = joined(
        Markup(
            '<tr><th scope="row">{}</th><td class="number" data-label="{}">{}</td><td>{}</td></tr>'
        ).format(label(t, check), t("Findings"), t.number(counts.get(check, 0)), advice(t, check))
        for check in PUBLIC_CHECKS
    )
    return Markup(
        '<table class="checks"><thead><tr><th scope="col">{}</th><th scope="col">{}</th>'
        '<th scope="col">{}</th></tr></thead><tbody>{}</tbody></table>'
    ).format(t("Check"), t("Findings"), t("What it means"), rows)


def record_name(summaries: Summaries, key: RecordKey) -> str:
    """Return the name of a record, or its id where the registry has lost it."""
    summary = summaries.get(key)
    return key.id if summary is None else summary.name


def finding_text(t: Translator, finding: Finding) -> str:
    """Return what the check found, in the language of the page."""
    return t(finding.message, **finding.values)


def alike_text(t: Translator, pair: DuplicatePair) -> str:
    """Return how alike two records are, and what they have in common."""
    reasons = ", ".join(label(t, reason) for reason in pair.reasons)
    return t("Alike by {percent}: {reasons}", percent=t.percent(pair.score), reasons=reasons)


def pair_side(t: Translator, key: RecordKey, summaries: Summaries) -> Markup:
    """Return what tells one record of a pair from the other; its name stands above as a link."""
    summary = summaries.get(key)
    if summary is None:
        return Markup('<div class="pair"><dl>{}</dl></div>').format(facts((t("Id"), key.id)))
    undisclosed = t("Location not disclosed") if summary.is_confidential else ""
    return Markup('<div class="pair"><dl>{}</dl></div>').format(
        facts(
            (t("Id"), key.id),
            (t("Organisation"), summary.organisation_name),
            (t("EDRPOU code"), summary.edrpou),
            (t("Address"), summary.address or undisclosed),
            (t("Phone"), lines(map(phone_link, summary.phones))),
        ),
    )


def findings_csv(t: Translator, findings: Iterable[Finding], summaries: Summaries) -> bytes:
    """Return the findings as a file for Excel."""
    kinds = {RecordKind.POINT: t("service point"), RecordKind.ORGANISATION: t("organisation")}
    rows = (
        [
            label(t, finding.check),
            "" if finding.key is None else kinds[finding.key.kind],
            "" if finding.key is None else finding.key.id,
            "" if finding.key is None else record_name(summaries, finding.key),
            finding_text(t, finding),
            ", ".join(key.id for key in finding.related),
        ]
        for finding in findings
    )
    header = [t("Check"), t("Kind"), t("Id"), t("Name"), t("Finding"), t("Related records")]
    return excel_csv(header, rows)
