"""A report as a comment on a pull request: summary first, details folded, a drawing of who reaches the pools."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from signout.cognito.sessions import Means
from signout.review.assess import Review
from signout.review.findings import Reported, region_of, witness, worst_of
from signout.review.reports.escape import code, markdown, mermaid, plain
from signout.review.reports.words import nobody, relation, subject, summary
from signout.review.sign_out import Can, Row
from signout.values import without

MARK = "<!-- signout review -->"
"""The first line, by which the comment is found again to be updated."""
LIMIT = 65_000
"""Characters of a comment on GitHub are at most 65,536; a little is left for whoever adds to it."""
_FOR_THE_REST = 300
"""Characters kept for saying what was left out."""
_MOST_DRAWN = 30


def render(review: Review, limit: int = LIMIT) -> str:
    """The report, cut to the limit from its end; what was left out is said."""
    text, left_out = "", dict[str, int]()
    for name, section in _shown(review):
        if left_out or len(text) + len(section) > limit - _FOR_THE_REST:
            left_out[name] = left_out.get(name, 0) + 1
        else:
            text += section
    if left_out:
        named = (f"{count} {name}" if count > 1 else name for name, count in left_out.items())
        text += f"\n*Left out for want of room: {', '.join(named)}. `--format json` has all of it.*\n"
    return text


def _shown(review: Review) -> Iterator[tuple[str, str]]:
    for name, section in _sections(review):
        yield name, without(review.reading.hidden, section, plain, markdown, mermaid)


def _sections(review: Review) -> Iterator[tuple[str, str]]:
    """Pieces that are left out whole, with their names; every finding is a piece."""
    yield "the summary", "\n".join(_head(review)) + "\n"
    yield "the table", _section(_table(review))
    yield "findings", "\n**Findings**\n\n" if review.open else "\n**No findings**\n"
    for each in review.open:
        yield "findings", "\n".join(_finding(each)) + "\n"
    for name, part in _FOLDED.items():
        yield name, _section(part(review))


def _section(lines: Iterator[str]) -> str:
    text = "\n".join(lines)
    return f"\n{text}\n" if text else ""


def _head(review: Review) -> Iterator[str]:
    yield MARK
    yield f"### What this change lets anyone do: {markdown(summary(review))}"


def _table(review: Review) -> Iterator[str]:
    changed = [row for row in review.rows if row.changed]
    yield f"**Who can sign users out{' (incomplete)' if review.incomplete else ''}**"
    yield ""
    if changed:
        yield from _rows(changed)
    elif review.rows:
        yield "As before: no way was added, widened or taken away."
    else:
        yield f"Now: {nobody(review)}."
    if review.incomplete:
        yield ""
        yield f"Not given, so not part of the table: {markdown('; '.join(review.incomplete))}."


def _rows(rows: Sequence[Row]) -> Iterator[str]:
    yield "| | who | through | pools | means | before | after |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        mark = "➕" if row.widened else "➖" if row.changed else ""
        mark = "❔" if row.changed and row.undetermined else mark
        after = row.after + (f" on {' and '.join(row.depends_on)}" if row.after == Can.MAYBE and row.depends_on else "")
        means = f"{row.way.means.value}: {', '.join(each.partition(':')[2] for each in row.actions)}"
        cells = (row.label, row.path, ", ".join(row.pools), means, row.before, after)
        yield f"| {mark} | {' | '.join(markdown(each) for each in cells)} |"


def _finding(reported: Reported) -> Iterator[str]:
    finding = reported.finding
    place = f" ({code(str(reported.location))})" if reported.location else ""
    yield f"- **{finding.severity.word}** {code(finding.rule)}: {markdown(finding.fact)}{place}"
    yield from _evidence(reported)


def _evidence(reported: Reported) -> Iterator[str]:
    finding = reported.finding
    advice = " ".join(filter(None, (finding.why, finding.change)))
    yield f"  <details><summary>why, and what to do</summary>{markdown(advice)}"
    shown = witness(reported)
    if shown is not None and reported.difference is not None:
        given = "".join(f", {key}={'/'.join(values) or 'absent'}" for key, values in shown["context"].items())
        request = f"{shown['principal']}: {shown['action']} on {shown['resource']}{given}"
        yield f"  <br>A request that shows it: {code(request)}"
        yield f"  <br>before: {markdown(shown['before'])}; after: {markdown(shown['after'])}"
        if reported.difference.assuming:
            yield f"  <br>assuming {markdown(reported.difference.assuming)}"
        if reported.difference.statement:
            yield f"  <br>by {code(reported.difference.statement)}"
    yield "  </details>"


def _drawing(review: Review) -> Iterator[str]:
    """Arrows of those ways that are for signing users out; thick ones are new or wider."""
    drawn = [row for row in review.rows if row.way.means is Means.EQUIVALENT and row.after != Can.NO]
    if not drawn:
        return
    nodes: dict[str, str] = {}
    edges: dict[tuple[str, str], bool] = {}

    def node(label: str) -> str:
        return nodes.setdefault(label, f"n{len(nodes)}")

    for row in drawn[:_MOST_DRAWN]:
        steps = [row.label, *([] if row.path == "its own policies" else row.path.split(", then "))]
        for start, end in pairwise(steps):
            edges[node(start), node(end)] = edges.get((node(start), node(end)), False) or row.widened
        for pool in row.pools:
            edge = (node(steps[-1]), node(pool))
            edges[edge] = edges.get(edge, False) or (row.widened and len(steps) == 1)
    yield "<details><summary>Drawing: who reaches the pools</summary>"
    yield ""
    yield "```mermaid"
    yield "flowchart LR"
    for label, name in nodes.items():
        yield f'  {name}["{mermaid(label)}"]'
    for (start, end), new in edges.items():
        yield f"  {start} {'==>' if new else '-->'} {end}"
    yield "```"
    if len(drawn) > _MOST_DRAWN:
        yield f"{len(drawn) - _MOST_DRAWN} more ways are in the table below."
    yield "Thick arrows are new or wider."
    yield "</details>"


def _changes(review: Review) -> Iterator[str]:
    if not review.changes:
        return
    yield f"<details><summary>Every layer that changed ({len(review.changes)})</summary>"
    yield ""
    for change in review.changes:
        place = f" ({code(str(change.location))})" if change.location else ""
        yield f"- {markdown(subject(change))}: **{relation(change)}**{place}"
        for sign, differences in (("added", change.added), ("removed", change.removed)):
            for each in differences:
                yield f"  - {sign}: {code('a secret' if change.secret else region_of(each))}"
        for reason in change.open:
            yield f"  - undetermined: {markdown(reason)}"
        if said := worst_of(change):
            yield f"  - {markdown(said)}"
    yield "</details>"


def _same(review: Review) -> Iterator[str]:
    same = [row for row in review.rows if not row.changed]
    if same:
        yield f"<details><summary>Ways to end sessions that are as before ({len(same)})</summary>"
        yield ""
        yield from _rows(same)
        yield "</details>"


def _exempted(review: Review) -> Iterator[str]:
    if review.exempted:
        yield f"<details><summary>Accepted by exceptions ({len(review.exempted)})</summary>"
        yield ""
        for each, reason in review.exempted:
            yield f"- {code(each.finding.rule)}: {markdown(each.finding.fact)} {markdown(reason)}"
        yield "</details>"


_FOLDED: dict[str, Callable[[Review], Iterator[str]]] = {
    "the drawing": _drawing,
    "every layer that changed": _changes,
    "ways that are as before": _same,
    "exceptions": _exempted,
}
