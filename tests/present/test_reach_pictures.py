"""Pictures of the pages on reach, each as it was last looked at; see `test_pictures`."""

from pathlib import Path

import pytest
from tests.outcomes.test_ratings import built_sample  # noqa: F401

from evalkit import present
from evalkit.outcomes import open_report, reach

from .test_pictures import as_kept, drawn  # noqa: F401

KEPT = Path(__file__).with_name("reach_pictures.json")


@pytest.fixture(scope="module")
def reports(built_sample):  # noqa: F811
    study, _ = built_sample
    return {
        area: open_report(study, area, "reach", "en")
        for area in ("guigang", "liangjiang", "yiliang")
    }


def target(report):
    return reach.draw_target(report, report.plan.definition, "")


def lorenz(report):
    attended = reach.draw_visits(report)
    spread = reach.concentration(attended, top=(0.01, 0.05, 0.1), level=0.95)
    return present.lorenz_figure(spread, attended)


def trend(report):
    monthly = reach.draw_trend(report, lead=3)
    return present.trend_figure(reach.trend(monthly, planned=1_000, level=0.95), monthly)


def access(report):
    near = reach.draw_access(report)
    return present.access_figure(reach.access(near, minutes=15, speed=4.5, detour=1.3), near)


def needs(report):
    raised = reach.draw_needs(report)
    return present.needs_figure(reach.needs(raised), raised)


def staffing(report):
    duty = reach.draw_staffing(report)
    return present.staffing_figure(reach.staffing(duty, workers=1, helpers=2), duty)


def tickets(report):
    placed = reach.draw_tickets(report)
    return present.tickets_figure(reach.tickets(placed, shares=(0.5, 0.9)), placed)


def cadence(report):
    trained = reach.draw_cadence(report, kind="training")
    return present.cadence_figure(reach.cadence(trained, per_quarter=2), trained)


def alike(report):
    drawn_ = target(report)
    return present.love_figure(reach.profile(drawn_, "exposure"), reach.weigh(drawn_, "exposure"))


PICTURES = {
    "who is missed": ("guigang", lambda r: present.composition_figure(
        reach.composition(target(r), by=r.plan.by))),
    "places": ("guigang", lambda r: present.places_figure(reach.places(target(r)))),
    "steps": ("guigang", lambda r: present.cascade_figure(reach.cascade(target(r), r.plan.by))),
    "sides made alike": ("guigang", alike),
    "visits of a few": ("guigang", lorenz),
    "visits and new people": ("guigang", trend),
    "near a site": ("guigang", access),
    "needs": ("guigang", needs),
    "staff": ("guigang", staffing),
    "orders": ("liangjiang", tickets),
    "trainings": ("yiliang", cadence),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_as_it_was_last_looked_at(name, drawn, reports):  # noqa: F811
    area, picture = PICTURES[name]
    picture(reports[area])

    as_kept(name, drawn, KEPT)
