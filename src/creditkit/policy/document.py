"""The policy document: one typed line a section, in the order in which they are read.

A later section may name what an earlier one declares: checks name columns of the grade, the assessment
names scorecards. TOML is the form to write, JSON the canonical form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

import attrs

from creditkit.figures import Figure, FigureKind
from creditkit.outcomes import Outcome
from creditkit.policy.figures import of_ledgers, of_statements
from creditkit.policy.figures.facts import CATALOGUE
from creditkit.policy.schema import entries as e
from creditkit.policy.schema import readers
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.unread import BAD
from creditkit.policy.sections import assessment, grades, header, limit
from creditkit.policy.sections.assessment import Assessment
from creditkit.policy.sections.authority import Authority
from creditkit.policy.sections.checks import Checks
from creditkit.policy.sections.grades import Grades, read_grades
from creditkit.policy.sections.header import Effective
from creditkit.policy.sections.limit import Limit
from creditkit.policy.sections.monitoring import Monitoring
from creditkit.policy.sections.reviews import Reviews
from creditkit.policy.sections.scorecards import Card
from creditkit.policy.sections.tests import Test

__all__ = ["SCHEMA", "Document", "read_document"]

SCHEMA: Final = "creditkit.policy/1"


def _schema(value: Any, path: str, names: Names) -> Any:
    found = readers.text(value, path, names)
    if found is not BAD and found != SCHEMA:
        names.fault("form.schema", path, expected=SCHEMA, value=found)
    return found


def _currency(value: Any, path: str, names: Names) -> Any:
    """The currency, in which every amount after it is read."""
    found = readers.currency(value, path, names)
    if found is not BAD:
        names.measured_in(found)
    return found


_STOPS: Final = {outcome.value: outcome for outcome in e.STOPS}


def _on_missing(value: Any, path: str, names: Names) -> Any:
    """The document's own effect of what is not known, which rows fall back to."""
    word = readers.choice(tuple(_STOPS))(value, path, names)
    if word is not BAD:
        names.on_missing = _STOPS[word]
    return BAD if word is BAD else names.on_missing


@attrs.frozen(kw_only=True)
class Document(Row):
    """A whole policy document, as a person wrote it."""

    schema: str = e.entry(
        _schema, (f'"{SCHEMA}"', f'"{SCHEMA}"'), says=("the form that it is written in", "文档格式")
    )
    id: str = e.name(says=("the policy", "政策编号"))
    version: str = e.text(
        says=(
            "a label for people; the digest is the identity",
            "供人识别的版本号；摘要才是唯一标识",
        )
    )
    title: tuple[str, str] = e.titles(says=("its title", "标题"))
    effective: Effective | None = e.section(Effective, None, says=("when it is in force", "有效期"))
    currency: str = e.entry(
        _currency,
        ("an ISO 4217 code", "ISO 4217 货币代码"),
        says=("in which it measures and grants", "计量与授信的货币"),
    )
    on_missing: Outcome = e.entry(
        _on_missing,
        (f"one of {', '.join(_STOPS)}", f"{'、'.join(_STOPS)} 之一"),
        Outcome.REFER,
        says=("where something is not known and no row says otherwise", "未知且各行未另行规定时"),
    )
    grades: Grades = e.entry(
        read_grades,
        ("a table", "表"),
        inside=Grades,
        says=("what a customer of each grade gets", "各等级的待遇"),
    )
    scorecards: tuple[Card, ...] = e.rows(
        Card, (), says=("scorecards of the house's own", "自有评分卡")
    )
    assessment: Assessment = e.section(
        Assessment, says=("how a customer is assessed", "如何评估客户")
    )
    limit: Limit = e.section(Limit, says=("how much a customer may owe", "额度如何确定"))
    checks: Checks = e.section(Checks, says=("when an order may go", "订单能否放行"))
    authority: Authority = e.section(
        Authority, Authority(), says=("approval authority", "审批权限")
    )
    reviews: Reviews = e.section(
        Reviews, Reviews(), says=("which customers are reviewed sooner", "缩短复核周期")
    )
    monitoring: Monitoring = e.section(
        Monitoring, Monitoring(), says=("how customers are watched", "如何监控客户")
    )
    tests: tuple[Test, ...] = e.rows(
        Test, (), says=("examples that it must pass to be loaded", "加载时须通过的示例")
    )
    figures: Mapping[str, Figure] = attrs.field(factory=dict, eq=False, repr=False)
    columns: Mapping[str, FigureKind] = attrs.field(factory=dict, eq=False, repr=False)
    reason_keys: tuple[str, ...] = attrs.field(default=(), eq=False, repr=False)
    reason_ranks: Mapping[str, int] = attrs.field(factory=dict, eq=False, repr=False)
    titles: tuple[tuple[str, str, str], ...] = attrs.field(default=(), eq=False, repr=False)
    wanted: frozenset[str] = attrs.field(default=frozenset(), eq=False, repr=False)
    rests_on: frozenset[str] = attrs.field(default=frozenset(), eq=False, repr=False)
    uses_ledger: bool = attrs.field(default=False, eq=False, repr=False)
    uses_statement: bool = attrs.field(default=False, eq=False, repr=False)
    uses_assets: bool = attrs.field(default=False, eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The document with what rests on several of its sections, once nothing in it is at fault.

        ``titles`` are the policy's own words, (name, English, Chinese): what a page cannot find in
        the catalogue. ``rests_on`` are the figures that the assessment and the limit rest on, ``uses_ledger``
        and the like say what they are of, ``wanted`` which figures of the ledger are sure to be asked for.
        """
        if names.report.faults:
            return self
        named = self.assessment.named | self.limit.named
        roles = [(row.role, *row.title) for row in self.authority.rows]
        own = [figure for name, figure in sorted(names.figures.items()) if name not in CATALOGUE]
        words = [(figure.name, figure.en, figure.zh) for figure in own]
        cards = [(use.model.id, *use.title) for use in self.assessment.models if any(use.title)]
        rows = (*self.reviews.rows, *self.monitoring.reviews)  # the former key counts as well
        reason_keys = (*REASONS, *self.assessment.reason_keys)
        return attrs.evolve(
            self,
            reviews=attrs.evolve(self.reviews, rows=rows),
            figures=names.figures,
            columns=dict(names.columns),
            reason_keys=reason_keys,
            reason_ranks={key: rank for rank, key in enumerate(reason_keys)},
            titles=(*roles, *words, *cards),
            wanted=frozenset({*(named & set(of_ledgers.SOURCES)), "receivables"}),
            rests_on=frozenset(named),
            uses_ledger=not named.isdisjoint(of_ledgers.SOURCES),
            uses_statement=not named.isdisjoint(of_statements.SOURCES),
            uses_assets=not named.isdisjoint(of_statements.OF_ASSETS),
        )

    def kind_of(self, name: str) -> FigureKind:
        """The kind of a figure or of a column of the grade's row."""
        return self.figures[name].kind if name in self.figures else self.columns[name]


REASONS: Final = (
    *header.REASONS,
    *assessment.REASONS,
    *grades.REASONS,
    *limit.REASONS,
    *grades.TERMS_REASONS,
)
"""The reasons that a decision under every policy can give, in the order in which they are shown."""


def read_document(data: Any, names: Names) -> Document | None:
    """The document that plain data writes, BAD where it cannot be read; None where it is no table."""
    document = e.read_row(Document, data, "", names)
    return None if document is BAD else document
