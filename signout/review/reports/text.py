"""A report for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from signout.findings import Severity
from signout.review.assess import Review
from signout.review.findings import Reported, region_of, witness, worst_of
from signout.review.reports.escape import plain
from signout.review.reports.words import nobody, relation, subject, summary
from signout.values import without

_COLOURS = {Severity.CRITICAL: "1;31", Severity.HIGH: "31", Severity.MEDIUM: "33", Severity.LOW: "36"}


def render(review: Review, width: int = 100, colour: bool = False) -> str:
    """The report, its lines at most `width` characters where the words allow it."""
    return without(review.reading.hidden, "\n".join(_Text(width, colour).lines(review)) + "\n", plain)


class _Text:
    def __init__(self, width: int, colour: bool) -> None:
        self.width, self.colour = max(width, 40), colour

    def lines(self, review: Review) -> Iterator[str]:
        yield from self._wrapped(f"{review.reading.what}: {summary(review)}")
        yield from self._table(review)
        yield from self._findings(review)
        yield from self._changes(review)
        if review.exempted:
            yield ""
            yield "Accepted by exceptions"
            for each, reason in review.exempted:
                yield from self._wrapped(f"{each.finding.rule}: {each.finding.fact} {reason}", "  ")

    def _table(self, review: Review) -> Iterator[str]:
        yield ""
        yield f"Who can sign users out{', incomplete' if review.incomplete else ''}"
        if not review.rows:
            yield f"  {nobody(review)}"
        for row in review.rows:
            mark = "+" if row.widened else "-" if row.changed else " "
            mark = "?" if row.changed and row.undetermined else mark
            hangs_on = f", depending on {' and '.join(row.depends_on)}" if row.depends_on else ""
            what = f"{row.before} -> {row.after}" if row.before != row.after else row.after
            said = f"{row.label}: {what}; {row.way.means.value}; by {row.path}{hangs_on}"
            yield from self._wrapped(said, f"{mark} ", "    ")
            yield from self._wrapped(f"{', '.join(row.pools)}: {', '.join(row.actions)}", "    ", "      ")
        for missing in review.incomplete:
            yield from self._wrapped(f"not given: {missing}", "  ", "    ")

    def _findings(self, review: Review) -> Iterator[str]:
        yield ""
        yield "Findings" if review.open else "No findings"
        for each in review.open:
            finding = each.finding
            place = f" [{each.location}]" if each.location else ""
            word = self._painted(finding.severity)
            yield from self._wrapped(f"{finding.rule}: {finding.fact}{place}", f"{word} ", "    ")
            yield from self._wrapped(" ".join(filter(None, (finding.why, finding.change))), "    ", "    ")
            yield from self._evidence(each)

    def _evidence(self, reported: Reported) -> Iterator[str]:
        shown = witness(reported)
        if shown is None or reported.difference is None:
            return
        given = "".join(f", {key}={'/'.join(values) or 'absent'}" for key, values in shown["context"].items())
        request = f"such as {shown['principal']}: {shown['action']} on {shown['resource']}{given}"
        yield from self._wrapped(request, "    ", "      ")
        by = f"; by {reported.difference.statement}" if reported.difference.statement else ""
        yield from self._wrapped(f"before: {shown['before']}; after: {shown['after']}{by}", "    ", "      ")
        if reported.difference.assuming:
            yield from self._wrapped(f"assuming {reported.difference.assuming}", "    ", "      ")
        if not reported.difference.known_action:
            yield "    no action known today shows this; one that AWS adds under this name would"

    def _changes(self, review: Review) -> Iterator[str]:
        if not review.changes:
            return
        yield ""
        yield "Changes"
        for change in review.changes:
            place = f" [{change.location}]" if change.location else ""
            yield from self._wrapped(f"{subject(change)}: {relation(change)}{place}", "  ", "    ")
            for sign, differences in (("+", change.added), ("-", change.removed)):
                for each in differences:
                    region = "a secret" if change.secret else region_of(each)
                    yield from self._wrapped(region, f"    {sign} ", "      ")
            for reason in change.open:
                yield from self._wrapped(reason, "    ? ", "      ")
            if said := worst_of(change):
                yield from self._wrapped(said, "    ? ", "      ")

    def _painted(self, severity: Severity) -> str:
        return f"\033[{_COLOURS[severity]}m{severity.word}\033[0m" if self.colour else severity.word

    def _wrapped(self, text: str, first: str = "", then: str = "  ") -> list[str]:
        return textwrap.wrap(
            plain(text),
            self.width,
            initial_indent=first,
            subsequent_indent=then,
            break_long_words=False,
            break_on_hyphens=False,
        )
