"""A portfolio: projects to choose from, the people and the money there are, and what must hold. Read from JSON, judged without a solver."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from stadtkern.kernel.strict_reading import InputRefused, as_list, as_object, as_text, as_whole, member
from stadtkern.steering.projects.engine.instances import circle, ordered

_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
MOST: Final = 10**12
Post = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Project:
    """Months count from 0, the first of the portfolio. ``needs`` per (office, role) in hundredths of a person by month of the project,
    ``costs`` in cents by month of the project. ``benefit`` is earned once by going live within the horizon, ``monthly_benefit`` in every month in
    use until its end, ``survey_benefit`` once per survey that sees it.
    """

    id: str
    name: str
    months: int
    benefit: int = 0
    monthly_benefit: int = 0
    survey_benefit: int = 0
    needs: Mapping[Post, tuple[int, ...]] = field(default_factory=dict)
    costs: tuple[int, ...] = ()
    after: tuple[str, ...] = ()
    not_before: int = 0
    done_by: int | None = None
    mandatory: bool = False

    @cached_property
    def effort(self) -> int:
        """Hundredths of person-months in all."""
        return sum(sum(row) for row in self.needs.values())


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """``capacity`` per (office, role) in hundredths of a person by month, ``budgets`` in cents by year; months without an entry have none.

    ``closures``: months in which nothing starts and nothing goes live. ``cutoffs``: what is live by the begin of this month counts for a survey.
    """

    first_year: int
    first_month: int
    months: int
    capacity: Mapping[Post, tuple[int, ...]]
    budgets: Mapping[int, int]
    projects: tuple[Project, ...]
    closures: frozenset[int] = frozenset()
    cutoffs: tuple[int, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Project]:
        """Projects by id."""
        return {project.id: project for project in self.projects}

    def year(self, month: int) -> int:
        """The budget year of a month."""
        return self.first_year + (self.first_month - 1 + month) // 12

    def label(self, month: int) -> str:
        """2026-04."""
        at = self.first_month - 1 + month
        return f"{self.first_year + at // 12}-{at % 12 + 1:02}"

    def worth(self, project: Project, start: int) -> int:
        """The benefit of a project that starts in this month: once, by months in use, by surveys that see it."""
        live = start + project.months
        seen = sum(live <= cutoff for cutoff in self.cutoffs)
        return (
            project.benefit + project.monthly_benefit * (self.months - live) + project.survey_benefit * seen
        )

    def closed(self, project: Project, start: int) -> bool:
        """Whether start or go-live (the last month of work) falls into a closure."""
        return start in self.closures or start + project.months - 1 in self.closures

    def starts(self, project: Project) -> list[int]:
        """Months in which the project may start for itself: horizon, start ban, deadline, closures."""
        last = self.months - project.months
        if project.done_by is not None:
            last = min(last, project.done_by - project.months)
        return [s for s in range(project.not_before, last + 1) if not self.closed(project, s)]

    def money(self, project: Project, start: int) -> dict[int, int]:
        """Costs by budget year; what would fall behind the horizon is paid in the year in which it falls."""
        found: dict[int, int] = defaultdict(int)
        for month, cents in enumerate(project.costs):
            if cents:
                found[self.year(start + month)] += cents
        return dict(found)

    def broken(self, plan: Mapping[str, int]) -> Iterator[str]:
        """Every promise a plan (start by project) breaks, told without the code that made it."""
        load: dict[tuple[Post, int], int] = defaultdict(int)
        spent: dict[int, int] = defaultdict(int)
        for name, start in plan.items():
            project = self.by_id[name]
            if start not in self.starts(project):
                yield f"{name}: Beginn {self.label(start)} ist nicht erlaubt"
            for other in project.after:
                if other not in plan or plan[other] + self.by_id[other].months > start:
                    yield f"{name}: {other} ist nicht vorher fertig"
            for post, row in project.needs.items():
                for month, need in enumerate(row):
                    load[post, start + month] += need
            for year, cents in self.money(project, start).items():
                spent[year] += cents
        for (post, month), need in load.items():
            if need > self.capacity[post][month]:
                yield f"{post[0]} / {post[1]}: {self.label(month)} überlastet"
        for year, cents in spent.items():
            if cents > self.budgets.get(year, 0):
                yield f"Haushalt {year} überschritten"
        for project in self.projects:
            if project.mandatory and project.id not in plan:
                yield f"{project.id}: Pflichtprojekt fehlt"

    def total(self, plan: Mapping[str, int]) -> int:
        """The benefit of a plan."""
        return sum(self.worth(self.by_id[name], start) for name, start in plan.items())


def read_portfolio(document: object) -> Portfolio:
    """{first_month: "2026-01", months, capacity: [{office, role, monthly}], budgets: {"2026": cents}, closures, cutoffs, projects}."""
    given = as_object(document, "")
    first = _MONTH.fullmatch(as_text(member(given, "first_month", ""), "/first_month"))
    if first is None:
        raise InputRefused("/first_month", "erwartet wird ein Monat wie 2026-01")
    months = as_whole(member(given, "months", ""), "/months", 1, 240)
    calendar = _Calendar(int(first[1]) * 12 + int(first[2]) - 1, months)
    capacity = _capacity(given, months)
    budgets = {
        int(as_text(year, "/budgets", calendar.years)): as_whole(cents, f"/budgets/{year}", 0, MOST)
        for year, cents in as_object(member(given, "budgets", ""), "/budgets").items()
    }
    projects = _projects(given, calendar, capacity)
    _check_order(projects)
    return Portfolio(
        first_year=int(first[1]),
        first_month=int(first[2]),
        months=months,
        capacity=capacity,
        budgets=budgets,
        projects=projects,
        closures=frozenset(_months(given, "closures", calendar)),
        cutoffs=tuple(_months(given, "cutoffs", calendar)),
    )


class _Calendar:
    """Months as people write them, against the horizon."""

    def __init__(self, begin: int, months: int) -> None:
        self.begin, self.months = begin, months
        self.years = {str((begin + month) // 12) for month in range(months)}

    def month(self, value: object, path: str, *, end: bool = False) -> int:
        """The offset of a month of the horizon; with ``end`` the month behind its last is one too."""
        found = _MONTH.fullmatch(as_text(value, path))
        if found is None:
            raise InputRefused(path, f"»{value}« ist kein Monat wie 2026-01")
        at = int(found[1]) * 12 + int(found[2]) - 1 - self.begin
        if not 0 <= at < self.months + end:
            raise InputRefused(path, f"»{value}« liegt außerhalb der Haushaltsjahre und Monate des Plans")
        return at


def _months(given: Mapping[str, object], name: str, calendar: _Calendar) -> list[int]:
    listed = as_list(given.get(name, []), f"/{name}")
    return [calendar.month(value, f"/{name}/{at}", end=True) for at, value in enumerate(listed)]


def _monthly(value: object, path: str, most: int) -> tuple[int, ...]:
    listed = as_list(value, path)
    if len(listed) > most:
        raise InputRefused(path, f"{len(listed)} Monate, höchstens {most} sind möglich")
    return tuple(as_whole(v, f"{path}/{at}", 0, MOST) for at, v in enumerate(listed))


def _capacity(given: Mapping[str, object], months: int) -> dict[Post, tuple[int, ...]]:
    found: dict[Post, tuple[int, ...]] = {}
    for at, value in enumerate(as_list(member(given, "capacity", ""), "/capacity")):
        path = f"/capacity/{at}"
        row = as_object(value, path)
        post = (
            as_text(member(row, "office", path), f"{path}/office"),
            as_text(member(row, "role", path), f"{path}/role"),
        )
        if post in found:
            raise InputRefused(path, f"»{post[0]} / {post[1]}« steht zweimal da")
        as_list(member(row, "monthly", path), f"{path}/monthly", months)
        found[post] = _monthly(row["monthly"], f"{path}/monthly", months)
    return found


def _projects(
    given: Mapping[str, object], calendar: _Calendar, capacity: Mapping[Post, tuple[int, ...]]
) -> tuple[Project, ...]:
    listed = as_list(member(given, "projects", ""), "/projects")
    names = [
        as_text(member(as_object(v, f"/projects/{at}"), "id", f"/projects/{at}"), f"/projects/{at}/id")
        for at, v in enumerate(listed)
    ]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise InputRefused(f"/projects/{at}/id", f"»{name}« steht zweimal da")
    return tuple(
        _project(as_object(v, ""), f"/projects/{at}", calendar, capacity, names)
        for at, v in enumerate(listed)
    )


def _project(
    given: Mapping[str, object],
    path: str,
    calendar: _Calendar,
    capacity: Mapping[Post, tuple[int, ...]],
    names: Sequence[str],
) -> Project:
    months = as_whole(member(given, "months", path), f"{path}/months", 1, calendar.months)
    needs: dict[Post, tuple[int, ...]] = {}
    for at, value in enumerate(as_list(given.get("needs", []), f"{path}/needs")):
        row, place = as_object(value, f"{path}/needs/{at}"), f"{path}/needs/{at}"
        post = (as_text(member(row, "office", place), place), as_text(member(row, "role", place), place))
        if post not in capacity:
            raise InputRefused(place, f"für »{post[0]} / {post[1]}« gibt es keine Kapazität")
        if post in needs:
            raise InputRefused(place, f"»{post[0]} / {post[1]}« steht zweimal da")
        needs[post] = _monthly(member(row, "monthly", place), f"{place}/monthly", months)
    after = [
        as_text(v, f"{path}/after/{at}", names)
        for at, v in enumerate(as_list(given.get("after", []), f"{path}/after"))
    ]
    bans, deadline = given.get("not_before"), given.get("done_by")
    mandatory = given.get("mandatory", False)
    if not isinstance(mandatory, bool):
        raise InputRefused(f"{path}/mandatory", "erwartet wird true oder false")
    return Project(
        id=as_text(given["id"], f"{path}/id"),
        name=as_text(given.get("name", given["id"]), f"{path}/name"),
        months=months,
        benefit=as_whole(given.get("benefit", 0), f"{path}/benefit", 0, 10**9),
        monthly_benefit=as_whole(given.get("monthly_benefit", 0), f"{path}/monthly_benefit", 0, 10**9),
        survey_benefit=as_whole(given.get("survey_benefit", 0), f"{path}/survey_benefit", 0, 10**9),
        needs=needs,
        costs=_monthly(given.get("costs", []), f"{path}/costs", months),
        after=tuple(dict.fromkeys(after)),
        not_before=0 if bans is None else calendar.month(bans, f"{path}/not_before"),
        done_by=None if deadline is None else calendar.month(deadline, f"{path}/done_by") + 1,
        mandatory=mandatory,
    )


def _check_order(projects: Sequence[Project]) -> None:
    """No circle of projects that wait for each other."""
    at = {project.id: n for n, project in enumerate(projects)}
    successors: list[list[int]] = [[] for _ in projects]
    for project in projects:
        for other in project.after:
            successors[at[other]].append(at[project.id])
    _, stuck = ordered(successors)
    if stuck:
        shown = " → ".join(projects[n].id for n in circle(successors, stuck))
        raise InputRefused(f"/projects/{stuck[0]}/after", f"die Projekte {shown} warten im Kreis aufeinander")
